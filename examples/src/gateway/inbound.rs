//! The way of a mail: verify, read, score, decide, store, answer. Read it from the top.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use mailkit_auth::dmarc::DmarcResult;
use mailkit_auth::verify::{AuthReport, DkimResult, Envelope, Verifier};
use mailkit_risk::intent::{self, Intent};
use mailkit_risk::{
    Account, Action, Assessment, Context, Counterparty, Limits, MessageView, Reason, Scorer,
};

use mailkit_template::Text;

use super::config::{Config, MailboxConfig};
use super::decide::{Decision, decide, may_answer};
use super::journal::{Event, Observer, ReasonLine, Received, Reply as ReplyStatus, Ticket};
use super::message::{Header, received, traced};
use super::outbox::{Outbox, Outgoing};
use super::responder::{Inquiry, Responder};
use super::{maildir, triage};
use crate::mapping;
use crate::smtp::{Handler, MailAddress, ReceivedMail, Reply, ReversePath};

/// Takes mail from the SMTP server.
#[derive(Debug)]
pub(super) struct Inbound {
    pub config: Config,
    pub verifier: Verifier,
    pub scorer: Arc<Scorer>,
    pub responder: Responder,
    pub outbox: Arc<Outbox>,
    pub observer: Arc<dyn Observer>,
    pub ids: Ids,
}

/// What was found out about a mail.
struct Reading {
    id: String,
    now: SystemTime,
    header: Header,
    report: AuthReport,
    assessment: Assessment,
    intent: Intent,
    decision: Decision,
}

impl Handler for Inbound {
    async fn recipient(
        &self,
        _sender: &ReversePath,
        recipient: &MailAddress,
        _peer: SocketAddr,
    ) -> Reply {
        if self.mailbox(recipient).is_some() {
            return Reply::accept(format!("{recipient} is here"));
        }
        let domain = recipient.domain();
        if self.is_local(domain) {
            return Reply::reject(
                (1, 1),
                format!("there is no {recipient} here; check the address"),
            );
        }
        Reply::reject((7, 1), format!("we take no mail for {domain}; this is not an open relay"))
    }

    async fn message(&self, mail: ReceivedMail) -> Reply {
        let reading = match self.read(&mail).await {
            Ok(reading) => reading,
            Err(refusal) => return refusal,
        };
        let (tickets, reply) = match reading.decision.action {
            Action::Reject => {
                self.tell(&mail, &reading, Vec::new(), suppressed("the mail was rejected"));
                return rejection(&reading);
            }
            Action::Quarantine => {
                if let Err(refusal) = self.store("quarantine", &mail, &reading).await {
                    return refusal;
                }
                (Vec::new(), suppressed("the mail is in quarantine"))
            }
            _ => match self.deliver(&mail, &reading).await {
                Ok(outcome) => outcome,
                Err(refusal) => return refusal,
            },
        };
        self.tell(&mail, &reading, tickets, reply);
        Reply::accept(format!("kept as {}", reading.id))
    }
}

impl Inbound {
    /// Verifies and scores. Nothing is stored and nobody is told yet.
    async fn read(&self, mail: &ReceivedMail) -> Result<Reading, Reply> {
        let now = SystemTime::now();
        let id = self.ids.next();
        let header = Header::read(&mail.bytes);
        if header.count("Received") > MAX_HOPS {
            return Err(Reply::reject((4, 6), format!("more than {MAX_HOPS} hops: a mail loop")));
        }
        let envelope = Envelope::new(mail.peer.ip(), mail.helo.as_str(), mail.sender.to_string())
            .with_receiver(self.config.host_name.as_str());
        let report = self.verifier.verify(&mail.bytes, &envelope, now).await;
        if report.dmarc.result == DmarcResult::TempError {
            // Taken now, a forged mail would pass; refused for good, an honest one would be lost.
            let because = &report.dmarc.reason;
            return Err(Reply::defer(
                (7, 0),
                format!("the sender cannot be checked now: {because}"),
            ));
        }
        let context = self.context(mail, &report, now);
        let (assessment, intent) = self.score(mail.bytes.clone(), context).await?;
        let decision = decide(&report, &assessment);
        Ok(Reading { id, now, header, report, assessment, intent, decision })
    }

    /// What we know, in the scorer's words.
    fn context(&self, mail: &ReceivedMail, report: &AuthReport, now: SystemTime) -> Context {
        let mut context = Context::new(now)
            .with_auth(mapping::auth_signals(report))
            .with_envelope(mail.sender.to_string(), mail.peer.ip());
        for domain in self.config.local_domains() {
            context = context.with_own_domain(domain);
        }
        for person in &self.config.people {
            context = context.with_own_person(&person.name, person.address.to_string());
        }
        for known in &self.config.counterparties {
            let accounts = known.ibans.iter().map(|iban| Account::clone(&iban.0));
            let counterparty = Counterparty::new(&known.domain);
            context =
                context.with_counterparty(accounts.fold(counterparty, Counterparty::with_account));
        }
        context
    }

    /// Reads the mail as its reader would. A large mail takes a while, so it does not hold up the others.
    async fn score(&self, mail: Vec<u8>, context: Context) -> Result<(Assessment, Intent), Reply> {
        let scorer = Arc::clone(&self.scorer);
        let work = move || {
            let view = MessageView::read(&mail, &Limits::default());
            (scorer.assess_view(&view, &context), intent::classify(&view))
        };
        tokio::task::spawn_blocking(work).await.map_err(|error| {
            tracing::error!(%error, "scoring ended early");
            Reply::defer((3, 0), "the mail could not be read now; send it again later")
        })
    }

    /// Stores the mail with each department that it is for, and answers it when that is due.
    async fn deliver(
        &self,
        mail: &ReceivedMail,
        reading: &Reading,
    ) -> Result<(Vec<Ticket>, ReplyStatus), Reply> {
        let mut tickets: Vec<Ticket> = Vec::new();
        let mut reply = suppressed("the mailbox is not a shared one");
        for mailbox in mail.recipients.iter().filter_map(|it| self.mailbox(it)) {
            let (department, ticket) = triage::triage(&self.config, mailbox, &reading.intent);
            if tickets.iter().any(|known| known.department == ticket.department) {
                continue;
            }
            self.store(&department.id, mail, reading).await?;
            if mailbox.department.is_none() {
                let (header, intent) = (&reading.header, &reading.intent);
                let ticket = &ticket;
                let inquiry = Inquiry { id: &reading.id, mail, header, intent, department, ticket };
                reply = self.answer(&inquiry, reading).unwrap_or_else(suppressed);
            }
            tickets.push(ticket);
        }
        Ok((tickets, reply))
    }

    fn answer(&self, inquiry: &Inquiry<'_>, reading: &Reading) -> Result<ReplyStatus, String> {
        let from = reading.header.from.as_ref().map(|(_, address)| address.as_str());
        may_answer(&reading.decision, &reading.report, from)?;
        let company = &self.config.company;
        let acknowledgement = self
            .responder
            .acknowledge(inquiry, company, reading.now)
            .map_err(|reason| reason.to_string())?;
        let id = format!("{}.reply", reading.id);
        let recipient =
            acknowledgement.to.address().parse().map_err(|_| "the sender cannot be written to")?;
        // The null sender, so that no machine answers the answer (RFC 3834 section 3.3).
        let sender = ReversePath::Null;
        let windows = self.config.outbound.windows(reading.now);
        let outgoing =
            Outgoing::new(&id, sender, recipient, acknowledgement.bytes).with_windows(windows);
        self.outbox.send(outgoing).map_err(|full| full.to_string())?;
        Ok(ReplyStatus::Queued { id, locale: acknowledgement.locale })
    }

    /// Once this returns, the mail is on disk.
    async fn store(
        &self,
        folder: &str,
        mail: &ReceivedMail,
        reading: &Reading,
    ) -> Result<(), Reply> {
        let host_name = self.config.host_name.as_str();
        let front = [
            format!("Return-Path: <{}>\r\n", mail.sender),
            received(mail, host_name, &reading.id, reading.now),
            self.results(&reading.report),
            risk_field(&reading.assessment),
        ];
        let bytes = traced(mail, host_name, &front);
        let folder = self.config.spool.join(folder);
        match maildir::store(&folder, &reading.id, bytes).await {
            Ok(_) => Ok(()),
            Err(error) => {
                tracing::error!(id = reading.id, %error, "a mail could not be stored");
                Err(Reply::defer((3, 1), "no room for the mail now; send it again later"))
            }
        }
    }

    fn results(&self, report: &AuthReport) -> String {
        let host_name = self.config.host_name.as_str();
        report.authentication_results(host_name).map_or_else(
            |error| {
                tracing::error!(%error, "our host name cannot stand in Authentication-Results");
                String::new()
            },
            |results| results.to_header(),
        )
    }

    fn mailbox(&self, recipient: &MailAddress) -> Option<&MailboxConfig> {
        let mailboxes = &self.config.mailboxes;
        let local = |it: &&MailboxConfig| {
            it.address.local_part().eq_ignore_ascii_case(recipient.local_part())
        };
        let exact = mailboxes
            .iter()
            .filter(local)
            .find(|it| it.address.domain().eq_ignore_ascii_case(recipient.domain()));
        // RFC 5321 section 4.5.1: the postmaster is there in every domain of ours, and without any.
        let postmaster = || {
            let asked = recipient.local_part().eq_ignore_ascii_case("postmaster");
            let here = asked && self.is_local(recipient.domain());
            here.then(|| mailboxes.iter().find(local).or_else(|| mailboxes.first())).flatten()
        };
        exact.or_else(postmaster)
    }

    fn is_local(&self, domain: &str) -> bool {
        let mut ours =
            self.config.local_domains().into_iter().chain([self.config.host_name.as_str()]);
        ours.any(|it| it.eq_ignore_ascii_case(domain))
    }

    fn tell(
        &self,
        mail: &ReceivedMail,
        reading: &Reading,
        tickets: Vec<Ticket>,
        reply: ReplyStatus,
    ) {
        let assessment = &reading.assessment;
        self.observer.observe(&Event::Received(Box::new(Received {
            id: reading.id.clone(),
            sender: mail.sender.to_string(),
            recipients: mail.recipients.iter().map(ToString::to_string).collect(),
            subject: Text::new(&reading.header.subject).to_string(),
            spf: reading.report.spf.result.to_string(),
            dkim: dkim(&reading.report).to_string(),
            dmarc: reading.report.dmarc.result.to_string(),
            prior: assessment.prior(),
            score: assessment.score(),
            probability: assessment.probability(),
            level: assessment.level().to_string(),
            reasons: reasons(assessment),
            action: reading.decision.action.to_string(),
            because: reading.decision.because.clone(),
            tickets,
            reply,
        })));
    }
}

/// One passing signature is enough; without any, the first one speaks.
fn dkim(report: &AuthReport) -> DkimResult {
    let passing = report.dkim.iter().find(|it| it.result == DkimResult::Pass);
    passing.or_else(|| report.dkim.first()).map_or(DkimResult::None, |it| it.result)
}

/// Names of mails: unique within the spool, and in the order of arrival.
#[derive(Debug)]
pub(super) struct Ids {
    started: u128,
    next: AtomicU64,
}

impl Ids {
    pub(super) fn new(now: SystemTime) -> Self {
        let started = now.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |it| it.as_millis());
        Self { started, next: AtomicU64::new(1) }
    }

    fn next(&self) -> String {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        format!("{:x}-{number:04}", self.started)
    }
}

fn suppressed(reason: impl Into<String>) -> ReplyStatus {
    ReplyStatus::Suppressed { reason: reason.into() }
}

fn rejection(reading: &Reading) -> Reply {
    let because = &reading.decision.because;
    Reply::reject((7, 1), format!("refused as {}: {because}", reading.id))
}

fn reasons(assessment: &Assessment) -> Vec<ReasonLine> {
    let mut reasons: Vec<_> = assessment.reasons().iter().collect();
    reasons.sort_by(|a, b| b.weight.logits().abs().total_cmp(&a.weight.logits().abs()));
    let line = |reason: &&Reason| ReasonLine {
        code: reason.code.to_string(),
        weight: reason.weight.logits(),
        sentence: reason.sentence.to_owned(),
        place: reason.place.to_string(),
        evidence: reason.evidence.clone(),
    };
    reasons.iter().map(line).collect()
}

/// The score for people and filters behind us. Codes are upper-case words, so nothing from the mail can stand here.
fn risk_field(assessment: &Assessment) -> String {
    let codes: Vec<_> = assessment.reasons().iter().map(|it| it.code.to_string()).collect();
    let (score, level) = (assessment.score(), assessment.level());
    format!(
        "X-Mailkit-Risk: score={score:.2}; level={level};\r\n\treasons={}\r\n",
        codes.join(",\r\n\t")
    )
}

/// Postfix's bound; a mail that passed more hosts goes round in circles.
const MAX_HOPS: usize = 50;
