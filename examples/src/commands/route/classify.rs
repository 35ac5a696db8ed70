//! `mailkit route classify`: what a reply means.

use std::path::{Path, PathBuf};

use mailkit_route::kumomta::BounceRules;
use mailkit_route::reply::rules::ReplyRules;
use mailkit_route::reply::{Remedy, ReplyScope};
use mailkit_route::{EnhancedCode, NextStep, ReplyClass, SmtpReply, Stage, next_step};
use serde::Serialize;

use crate::commands::ending::Ending;
use crate::commands::error::{CommandError, because};
use crate::commands::input::{MAX_SMALL_FILE, read_text};
use crate::commands::output;

/// What `mailkit route classify` is told.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mailkit route classify '550 5.7.26 This mail is unauthenticated'
  mailkit route classify --rules bounces.toml '552 5.2.2 mailbox full'
  mailkit route classify - < reply.txt")]
pub(super) struct Arguments {
    /// The reply as the host gave it, or `-` for the standard input, where it may have several lines.
    reply: String,
    /// Rules that go before the built-in ones: bounce classes in the TOML form of KumoMTA (a file that ends in
    /// .toml), or a table in the form of `mailkit-route/data/reply-classes.txt`.
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// Print as JSON.
    #[arg(long)]
    json: bool,
}

/// What was found out about a reply.
#[derive(Debug, Serialize)]
struct Answer {
    reply: SmtpReply,
    class: ReplyClass,
    remedies: &'static [Remedy],
    /// The row or pattern that decided.
    row: Option<String>,
    /// What the registry says of the enhanced code.
    registered: Option<&'static str>,
    stages: Vec<AtStage>,
}

#[derive(Debug, Serialize)]
struct AtStage {
    stage: Stage,
    about: Option<ReplyScope>,
    next: NextStep,
}

/// Classifies, and prints.
pub(super) fn run(arguments: &Arguments) -> Result<Ending, CommandError> {
    let text = match arguments.reply.as_str() {
        "-" => read_text(Path::new("-"), MAX_SMALL_FILE)?,
        reply => reply.to_owned(),
    };
    let reply: SmtpReply = text.trim_end().parse().map_err(because(format!(
        "{text:?} is no reply: it needs three digits and a space, as in `550 5.1.1 no such user`"
    )))?;
    let (class, row) = classify(&reply, arguments.rules.as_deref())?;
    let reply = reply.with_class(class);
    let registered = reply.enhanced().and_then(EnhancedCode::registered).map(|it| it.meaning());
    let at = |&stage: &Stage| AtStage {
        stage,
        about: reply.scope(stage),
        next: next_step(stage, &reply),
    };
    let stages = STAGES.iter().map(at).collect();
    let answer = Answer { class, remedies: class.remedies(), row, registered, stages, reply };
    if arguments.json {
        output::json(&answer)?;
    } else {
        output::text(&shown(&answer))?;
    }
    Ok(Ending::Fine)
}

/// The class, and the row that decided.
fn classify(
    reply: &SmtpReply,
    path: Option<&Path>,
) -> Result<(ReplyClass, Option<String>), CommandError> {
    let builtin = |rules: &ReplyRules| {
        (rules.classify(reply), rules.rule_for(reply).map(ToString::to_string))
    };
    let Some(path) = path else { return Ok(builtin(ReplyRules::builtin())) };
    let text = read_text(path, MAX_SMALL_FILE)?;
    let what = || format!("cannot read the rules in {}", path.display());
    if path.extension().is_none_or(|it| it != "toml") {
        let own: ReplyRules = text.parse().map_err(because(what()))?;
        let all = own.followed_by(ReplyRules::builtin()).map_err(because(what()))?;
        return Ok(builtin(&all));
    }
    let own: BounceRules = text.parse().map_err(because(what()))?;
    Ok(match (own.classify(reply), own.rule_for(reply)) {
        (Some(class), Some(rule)) => (class, Some(format!("{} | {}", rule.name(), rule.pattern()))),
        _ => builtin(ReplyRules::builtin()),
    })
}

fn shown(answer: &Answer) -> String {
    let Answer { reply, class, remedies, row, registered, stages } = answer;
    let mut text = format!("{}\n", output::visible(&reply.to_string().replace("\r\n", " / ")));
    let mut line = |what: &str, says: &str| {
        text.push_str(&format!("{what:<9} {}\n", output::visible(says)));
    };
    line("class", class.code());
    if let Some(registered) = registered {
        line("code", registered);
    }
    line("row", row.as_deref().unwrap_or("none fits: the first digit decides"));
    for remedy in *remedies {
        line("remedy", &format!("{remedy}: {}", meaning(*remedy)));
    }
    let rows = stages.iter().map(|it| {
        let about = it.about.map_or_else(|| "nothing".to_owned(), |about| about.to_string());
        vec![format!("at {}", it.stage), format!("about the {about}"), step(it.next).to_owned()]
    });
    text + &output::table(&rows.collect::<Vec<_>>(), &[])
}

fn meaning(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::AskPerson => "nothing that a queue does helps for long",
        Remedy::KeepEgress => "the next try comes from the same egress",
        Remedy::OtherEgress => "the mail may pass from another of our addresses",
        Remedy::OtherHost => "another mail host of the domain may take it",
        Remedy::SlowDown => "send less at once to this provider, from all egresses together",
        Remedy::StopRecipient => "write to this recipient no more until a person says otherwise",
        Remedy::UseTls => "open the session with TLS",
        Remedy::Wait => "a later try may pass without any change",
        _ => "see the documentation of mailkit-route",
    }
}

fn step(next: NextStep) -> &'static str {
    match next {
        NextStep::AskTls => "go on without TLS, or try the next host, as its policies say",
        NextStep::Ambiguous => "it may have arrived: retry later, or ask",
        NextStep::Continue => "go on",
        NextStep::Done => "delivered",
        NextStep::GiveUp => "give up: tell the sender",
        NextStep::RetryLater => "keep the mail, try again later",
        NextStep::TryNextHop => "try the next host now",
        NextStep::UseTls => "try the same host again, with TLS",
        _ => "see the documentation of mailkit-route",
    }
}

const STAGES: [Stage; 7] = [
    Stage::Greeting,
    Stage::Ehlo,
    Stage::StartTls,
    Stage::MailFrom,
    Stage::RcptTo,
    Stage::Data,
    Stage::Dot,
];
