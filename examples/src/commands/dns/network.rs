//! The network as the DNS.

use std::sync::OnceLock;
use std::time::Duration;

use mailkit_auth::lookup::{Question, Step};
use mailkit_auth::resolver::Resolver;
use tokio::task::JoinSet;

use crate::commands::error::CommandError;

/// Name servers, of which it is not known at first whether they are there.
pub(crate) struct Network {
    pub(super) resolver: Resolver,
    replied: OnceLock<()>,
}

impl Network {
    pub(super) fn new(resolver: Resolver) -> Self {
        Self { resolver, replied: OnceLock::new() }
    }

    /// Fails where nobody is there: to none of the first questions that are asked anything comes back in time, be it that
    /// there is no answer. Once something came, what is silent later is no answer to one question.
    pub(super) async fn must_reply(&self, questions: Vec<Question>) -> Result<(), CommandError> {
        let Some(first) = questions.first().map(ToString::to_string) else { return Ok(()) };
        if self.replied.get().is_some() {
            return Ok(());
        }
        let mut replies = JoinSet::new();
        for question in questions {
            let resolver = self.resolver.clone();
            replies.spawn(async move { resolver.answer(&question).await });
        }
        let reply = tokio::time::timeout(FIRST_ANSWER, replies.join_next()).await;
        reply.map_err(|_| CommandError::new(format!("the DNS gave no answer to {first}")))?;
        // It may have been set already, which is as well.
        let _ = self.replied.set(());
        Ok(())
    }
}

/// The first question of an evaluation.
pub(super) fn first<V>(step: Step<V>) -> Vec<Question> {
    match step {
        Step::Ask(question) => vec![question],
        Step::Done(_) => Vec::new(),
    }
}

/// For the first answer; other servers of the domain may still be asked in this time.
const FIRST_ANSWER: Duration = Duration::from_secs(5);
