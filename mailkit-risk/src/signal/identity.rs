//! Who the sender claims to be.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Case, Findings};
use crate::assessment::Place;
use crate::code::Code;
use crate::counterparty::Counterparty;
use crate::domain;
use crate::lookalike::{self, Resemblance};
use crate::message::Mailbox;
use crate::{freemail, text};

pub(super) fn find(case: &Case<'_>, findings: &mut Findings) {
    from_field(case, findings);
    for mailbox in &case.view.from {
        display_name(case, mailbox, findings);
    }
    let senders: BTreeSet<String> = case.view.from.iter().filter_map(Mailbox::domain).collect();
    if senders.len() > MAX_SENDERS {
        findings.reached_limit(Place::header("From"));
    }
    for sender in senders.iter().take(MAX_SENDERS) {
        lookalike_sender(case, sender, findings);
        mixed_script(sender, findings);
        reply_to(case, sender, findings);
    }
    envelope(case, findings);
    history(case, findings);
}

fn from_field(case: &Case<'_>, findings: &mut Findings) {
    let from = &case.view.from;
    if from.len() > 1 {
        let addresses: Vec<String> =
            from.iter().map(|mailbox| text::redacted_address(&mailbox.address)).collect();
        findings.add(Code::MultipleFrom, Place::header("From"), &addresses.join(", "));
    }
    let malformed = from.iter().find(|mailbox| !is_well_formed(&mailbox.address));
    if let Some(mailbox) = malformed {
        findings.add(Code::FromMalformed, Place::header("From"), &mailbox.address);
    } else if from.is_empty() {
        findings.add(Code::FromMalformed, Place::header("From"), "no address");
    }
}

/// One @, a domain, and nothing that starts another address.
fn is_well_formed(address: &str) -> bool {
    let quoted = address.starts_with('"');
    let strange =
        |c: char| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';');
    domain::of_address(address).is_some()
        && (quoted || (address.matches('@').count() == 1 && !address.contains(strange)))
}

fn display_name(case: &Case<'_>, mailbox: &Mailbox, findings: &mut Findings) {
    let Some(name) = mailbox.name.as_deref() else { return };
    let real = mailbox.domain().unwrap_or_default();
    let folded = text::fold(name);
    let shown = folded.split(ends_address).find_map(domain::of_address);
    if let Some(shown) = shown.filter(|shown| !domain::same_owner(shown, &real)) {
        findings.add(
            Code::DisplayNameAddress,
            Place::header("From"),
            &format!("shows {shown}, is {real}"),
        );
    }
    if case.context.owns(&real) {
        return;
    }
    let words = text::name_words(name);
    let mut people = case.context.own_people.iter();
    let borrowed = people.find(|person| !words.is_empty() && person.words == words);
    if let Some(person) =
        borrowed.filter(|person| !person.address.eq_ignore_ascii_case(&mailbox.address))
    {
        findings.add(
            Code::OwnPersonSpoofed,
            Place::header("From"),
            &format!("{} from {real}", person.name),
        );
    }
}

/// What stands around an address in a name, and in no domain.
fn ends_address(c: char) -> bool {
    !matches!(c, '@' | '.' | '+') && !domain::is_host_char(c)
}

fn lookalike_sender(case: &Case<'_>, sender: &str, findings: &mut Findings) {
    if let Some((genuine, resemblance)) = lookalike::nearest(sender, case.context) {
        let code =
            if resemblance.is_strong() { Code::LookalikeDomain } else { Code::LookalikeVariant };
        findings.add(
            code,
            Place::header("From"),
            &format!("{sender} is not {genuine} ({resemblance})"),
        );
    }
}

fn mixed_script(sender: &str, findings: &mut Findings) {
    if lookalike::mixes_scripts(sender) {
        findings.add(Code::MixedScriptDomain, Place::header("From"), &domain::to_unicode(sender));
    }
}

fn reply_to(case: &Case<'_>, sender: &str, findings: &mut Findings) {
    let domains = case.view.reply_to.iter().filter_map(Mailbox::domain);
    for reply in domains.filter(|reply| !domain::same_owner(reply, sender)) {
        let place = || Place::header("Reply-To");
        findings.add(Code::ReplyToMismatch, place(), &format!("{reply} instead of {sender}"));
        if freemail::is_freemail(&reply) && !freemail::is_freemail(sender) {
            findings.add(Code::ReplyToFreemail, place(), &reply);
        }
        if let Some((genuine, resemblance)) = strong_lookalike(case, &reply) {
            findings.add(
                Code::LookalikeReplyTo,
                place(),
                &format!("{reply} is not {genuine} ({resemblance})"),
            );
        }
    }
}

fn envelope(case: &Case<'_>, findings: &mut Findings) {
    let Some(envelope) = &case.context.envelope else { return };
    let Some(host) = domain::of_address(&envelope.mail_from) else { return };
    if let Some((genuine, resemblance)) = strong_lookalike(case, &host) {
        findings.add(
            Code::EnvelopeLookalike,
            Place::Envelope,
            &format!("{host} is not {genuine} ({resemblance})"),
        );
    }
}

fn strong_lookalike<'a>(case: &Case<'a>, host: &str) -> Option<(&'a str, Resemblance)> {
    let found = lookalike::nearest(host, case.context);
    found.filter(|(_, resemblance)| resemblance.is_strong())
}

fn history(case: &Case<'_>, findings: &mut Findings) {
    let senders: Vec<(String, &str)> = case
        .view
        .from
        .iter()
        .filter_map(|mailbox| Some((mailbox.domain()?, mailbox.address.as_str())))
        .collect();
    for party in &case.counterparties {
        let own = senders.iter().filter(|(host, _)| domain::same_owner(host, party.domain()));
        new_address(party, own.map(|(_, address)| address.to_lowercase()), findings);
        silence(case, party, findings);
    }
}

fn new_address(
    party: &Counterparty,
    mut senders: impl Iterator<Item = String>,
    findings: &mut Findings,
) {
    let new = senders.find(|address| !party.addresses().contains(address));
    if let Some(address) = new.filter(|_| !party.addresses().is_empty()) {
        findings.add(
            Code::CounterpartyNewAddress,
            Place::History,
            &text::redacted_address(&address),
        );
    }
}

fn silence(case: &Case<'_>, party: &Counterparty, findings: &mut Findings) {
    let silence = party.last_seen().and_then(|last| case.context.now.duration_since(last).ok());
    if let Some(silence) = silence.filter(|silence| *silence > DORMANT) {
        findings.add(
            Code::CounterpartyDormant,
            Place::History,
            &format!("{} days", silence.as_secs() / 86_400),
        );
    }
}

/// The domains in From that are compared with the known ones.
const MAX_SENDERS: usize = 50;
const DORMANT: Duration = Duration::from_secs(365 * 86_400);
