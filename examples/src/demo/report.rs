//! What became of the mails: compared with what should have, as text and as data.

use std::fmt;
use std::time::Instant;

use mailkit_auth::verify::DkimResult;
use serde::Serialize;

use super::mails::{DemoMail, MAILS};
use super::stage::{Answer, Stage};
use crate::gateway::journal::{Attempted, Event, Received, Reply};

/// The outcome of the demonstration.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    schema_version: u32,
    mails: Vec<Outcome>,
    summary: Summary,
}

/// What became of one mail.
#[derive(Debug, Serialize)]
struct Outcome {
    title: &'static str,
    from: &'static str,
    to: &'static str,
    answer: String,
    found: Option<Received>,
    route: Vec<Attempted>,
    signatures: Vec<Signature>,
    faults: Vec<String>,
}

/// A signature of a reply, as its receiver verified it.
#[derive(Debug, Serialize)]
struct Signature {
    selector: String,
    result: String,
}

/// The outcomes, counted.
#[derive(Debug, Serialize)]
struct Summary {
    mails: usize,
    as_expected: usize,
    replies: usize,
    failovers: usize,
    signatures_verified: usize,
    seconds: f64,
    good: bool,
}

impl Report {
    pub(super) async fn make(
        stage: &Stage,
        answers: &[Answer],
        settled: bool,
        started: Instant,
    ) -> Self {
        let events = stage.events.all();
        let mut mails = Vec::new();
        for (mail, answer) in MAILS.iter().zip(answers) {
            mails.push(Outcome::of(stage, mail, answer, &events).await);
        }
        let replies = mails.iter().filter(|it| it.delivered()).count();
        let failovers = mails.iter().filter(|it| it.delivered() && it.route.len() > 1).count();
        let as_expected = mails.iter().filter(|it| it.faults.is_empty()).count();
        let summary = Summary {
            mails: mails.len(),
            as_expected,
            replies,
            failovers,
            signatures_verified: mails.iter().map(Outcome::verified).sum(),
            seconds: started.elapsed().as_secs_f64(),
            // The first customer's first host is down: a demonstration without a failover has shown nothing.
            good: settled && as_expected == mails.len() && failovers > 0,
        };
        Self { schema_version: 1, mails, summary }
    }

    /// Whether all is as expected.
    pub(super) fn is_good(&self) -> bool {
        self.summary.good
    }
}

impl Outcome {
    async fn of(stage: &Stage, mail: &DemoMail, answer: &Answer, events: &[Event]) -> Self {
        let id = answer.id.as_deref().unwrap_or_default();
        let reply_id = format!("{id}.reply");
        let found = events.iter().find_map(|event| match event {
            Event::Received(it) if it.id == id => Some((**it).clone()),
            _ => None,
        });
        let route = events.iter().filter_map(|event| match event {
            Event::Attempted(it) if it.id == reply_id => Some(it.clone()),
            _ => None,
        });
        let signatures = match stage.inbox.reply(&reply_id) {
            Some(reply) => signatures(stage, &reply).await,
            None => Vec::new(),
        };
        let mut outcome = Self {
            title: mail.title,
            from: mail.from,
            to: mail.to,
            answer: answer.text.clone(),
            found,
            route: route.collect(),
            signatures,
            faults: Vec::new(),
        };
        outcome.faults = outcome.compare(mail);
        outcome
    }

    fn compare(&self, mail: &DemoMail) -> Vec<String> {
        let Some(found) = &self.found else {
            return vec![format!("the gateway did not judge it: {}", self.answer)];
        };
        let mut faults = Vec::new();
        let mut expect = |what: &str, expected: &str, found: &str| {
            if expected != found {
                faults.push(format!("{what} should be {expected} and is {found}"));
            }
        };
        let expected = &mail.expected;
        expect("action", &expected.action.to_string(), &found.action);
        let department = found.tickets.first().map_or("none", |it| it.department.as_str());
        expect("department", expected.department.unwrap_or("none"), department);
        let locale = match &found.reply {
            Reply::Queued { locale, .. } => locale.as_str(),
            Reply::Suppressed { .. } => "none",
        };
        expect("reply", expected.reply.unwrap_or("none"), locale);
        if let Some(code) = expected.reason {
            let named = found.reasons.iter().any(|reason| reason.code == code);
            expect("reason", code, if named { code } else { "not named" });
        }
        if expected.reply.is_some() {
            expect("signatures verified", "2", &self.verified().to_string());
        }
        let accepted = self.answer.starts_with("250");
        let rejected = expected.action == mailkit_risk::Action::Reject;
        expect(
            "SMTP answer",
            if rejected { "5xx" } else { "250" },
            if accepted { "250" } else { "5xx" },
        );
        faults
    }

    fn delivered(&self) -> bool {
        !self.signatures.is_empty()
    }

    fn verified(&self) -> usize {
        self.signatures.iter().filter(|it| it.result == DkimResult::Pass.to_string()).count()
    }
}

async fn signatures(stage: &Stage, reply: &crate::smtp::ReceivedMail) -> Vec<Signature> {
    let report = stage.verify(reply).await;
    let signature = |it: &mailkit_auth::verify::DkimVerdict| Signature {
        selector: it.selector.as_ref().map_or_else(String::new, ToString::to_string),
        result: it.result.to_string(),
    };
    report.dkim.iter().map(signature).collect()
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, outcome) in (1..).zip(&self.mails) {
            let mark = if outcome.faults.is_empty() { "ok" } else { "NOT AS EXPECTED" };
            writeln!(
                f,
                "{number:>2}. {}: {} to {}   [{mark}]",
                outcome.title, outcome.from, outcome.to
            )?;
            outcome.fmt(f)?;
        }
        let summary = &self.summary;
        write!(f, "{} of {} outcomes as expected, ", summary.as_expected, summary.mails)?;
        write!(
            f,
            "{} replies delivered, {} over a failover, ",
            summary.replies, summary.failovers
        )?;
        writeln!(f, "{} signatures verified, {:.1} s", summary.signatures_verified, summary.seconds)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(found) = &self.found {
            write_found(f, found)?;
        }
        for (number, hop) in (1..).zip(&self.route) {
            writeln!(
                f,
                "      {} {number}. {} to {} [{}], preference {}, expected {:.2} s: {}",
                if number == 1 { "route " } else { "      " },
                hop.egress,
                hop.host,
                hop.address,
                hop.preference,
                hop.estimate.as_secs_f64(),
                hop.outcome,
            )?;
            for reason in &hop.reasons {
                writeln!(f, "                because {reason}")?;
            }
            writeln!(f, "                over {}", hop.tls_policy)?;
        }
        for signature in &self.signatures {
            writeln!(f, "      signed    {} {}", signature.selector, signature.result)?;
        }
        for fault in &self.faults {
            writeln!(f, "      FAULT     {fault}")?;
        }
        writeln!(f)
    }
}

fn write_found(f: &mut fmt::Formatter<'_>, found: &Received) -> fmt::Result {
    writeln!(f, "      auth      spf={} dkim={} dmarc={}", found.spf, found.dkim, found.dmarc)?;
    writeln!(
        f,
        "      risk      {}, {:+.2} ({:+.2} before any reason)",
        found.level, found.score, found.prior
    )?;
    if found.reasons.is_empty() {
        writeln!(f, "                nothing speaks against it")?;
    }
    for reason in found.reasons.iter().take(4) {
        writeln!(f, "                {:+.2} {}: {}", reason.weight, reason.code, reason.evidence)?;
    }
    write!(f, "      action    {}", found.action)?;
    for ticket in &found.tickets {
        let hours = ticket.answer_within.as_secs_f64() / 3600.0;
        let (department, intent) = (&ticket.department, &ticket.intent);
        write!(f, " for {department} ({intent}, {}), answer within {hours} h", ticket.urgency)?;
    }
    writeln!(f)?;
    match &found.reply {
        Reply::Queued { locale, .. } => writeln!(f, "      reply     in {locale}"),
        Reply::Suppressed { reason } => writeln!(f, "      reply     none: {reason}"),
    }
}
