//! Whether anybody is there to ask.

use std::time::Duration;

use mailkit_auth::lookup::{Question, Step};
use mailkit_auth::resolver::Resolver;
use tokio::task::JoinSet;

use crate::commands::error::CommandError;

/// Fails where to none of these questions anything comes back in time, be it that there is no answer.
///
/// What comes is kept by the resolver, so that it is not asked twice.
pub(super) async fn must_reply(
    resolver: &Resolver,
    questions: Vec<Question>,
) -> Result<(), CommandError> {
    let Some(first) = questions.first().map(ToString::to_string) else { return Ok(()) };
    let mut replies = JoinSet::new();
    for question in questions {
        let resolver = resolver.clone();
        replies.spawn(async move { resolver.answer(&question).await });
    }
    let reply = tokio::time::timeout(FIRST_ANSWER, replies.join_next()).await;
    let silent = |_| CommandError::new(format!("the DNS gave no answer to {first}"));
    reply.map(|_| ()).map_err(silent)
}

/// The first question of an evaluation.
pub(super) fn first<V>(step: Step<V>) -> Vec<Question> {
    match step {
        Step::Ask(question) => vec![question],
        Step::Done(_) => Vec::new(),
    }
}

/// For the first answer; other servers of the domain may still be asked in this time.
pub(super) const FIRST_ANSWER: Duration = Duration::from_secs(5);
