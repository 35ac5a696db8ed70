//! Messages as they were sent: do they prove the domain in their From field?

use super::CheckupLimit;
use super::examination::{Examination, Place};
use super::report::{Area, AreaState};
use super::request::{MessagePurpose, MessageSample};
use super::rules as rule;
use crate::error::in_words;
use crate::lookup::{Name, RecordType};
use crate::provider::Provider;
use crate::record::{AlignmentMode, DkimSignature};
use crate::word_table::FREE_MAIL;
use crate::{DkimKeyRecord, Domain};

pub(super) async fn examine(exam: &mut Examination) {
    let messages = exam.limited(exam.request.messages.clone(), CheckupLimit::Messages);
    if messages.is_empty() {
        exam.summary(Area::Messages, AreaState::NotChecked, "no message was given");
        exam.gap(Area::Messages, "give the header of a message that was sent (`with_message`)");
        return;
    }
    exam.summary(Area::Messages, AreaState::Good, format!("messages given: {}", messages.len()));
    for message in &messages {
        let signatures = message.signatures();
        let well_formed = form(exam, message);
        exam.facts.well_formed = Some(exam.facts.well_formed.unwrap_or(true) && well_formed);
        if message.is_cut() {
            exam.gap(Area::Messages, "a header is longer than what is read of a message");
        }
        match message.author() {
            Ok(author) if author.is_subdomain_of(&exam.request.domain) => {
                identity(exam, message, &author, &signatures).await;
            }
            Ok(author) => {
                let gap = format!("a message is from {author}, not from this domain");
                exam.gap(Area::Messages, gap);
            }
            Err(error) => {
                exam.gap(Area::Messages, format!("a message has no author: {}", in_words(&error)));
            }
        }
        unsubscribe(exam, message, &signatures);
    }
}

/// RFC 5322 section 3.6: what must stand once, and who may not be the author.
fn form(exam: &mut Examination, message: &MessageSample) -> bool {
    let place = Place::mail(&exam.apex());
    let mut faults = Vec::new();
    for (field, name) in [("from", "From"), ("date", "Date"), ("message-id", "Message-ID")] {
        match message.count(field) {
            1 => {}
            0 => faults.push(format!("a message without {name}")),
            several => faults.push(format!("a message with {several} fields {name}")),
        }
    }
    let author = message.from_domain();
    if let Some(author) = author.filter(|it| FREE_MAIL.contains(it.as_str()))
        && author != exam.request.domain
    {
        faults.push(format!("a message from {author}, which only that provider may send"));
    }
    for fault in &faults {
        exam.found(&place, rule::NOT_5322.at(0..0, fault.clone()));
    }
    faults.is_empty()
}

/// Whether one of the domains that the message proves stands for the author's.
async fn identity(
    exam: &mut Examination,
    message: &MessageSample,
    author: &Domain,
    signatures: &[DkimSignature],
) {
    let record = exam.observer.dmarc(author).await.into_record().map(|(_, record)| record);
    let mode = |of: fn(&crate::DmarcRecord) -> AlignmentMode| {
        record.as_ref().map_or(AlignmentMode::Relaxed, of)
    };
    let dkim_mode = mode(crate::DmarcRecord::dkim_alignment);
    let spf_mode = mode(crate::DmarcRecord::spf_alignment);
    let dkim = signed(exam, author, signatures, dkim_mode).await;
    let spf = bounced(exam, author, message.return_path(), spf_mode).await;
    for signature in signatures {
        subdomain_identity(exam, signature).await;
    }
    let all = exam.facts.aligned.unwrap_or(true);
    exam.facts.aligned = match (dkim, spf) {
        (Some(true), _) | (_, Some(true)) => Some(all),
        (Some(false), Some(false)) => Some(false),
        _ => exam.facts.aligned,
    };
}

async fn signed(
    exam: &mut Examination,
    author: &Domain,
    signatures: &[DkimSignature],
    mode: AlignmentMode,
) -> Option<bool> {
    let mut near = None;
    for signature in signatures {
        if exam.observer.is_aligned(author, signature.domain(), mode).await? {
            return Some(true);
        }
        if exam.observer.is_aligned(author, signature.domain(), AlignmentMode::Relaxed).await? {
            near = Some(signature.domain().clone());
        }
    }
    if let Some(near) = near {
        let message = format!("`adkim=s`, but {near} signs for {author}");
        strict(exam, author, message);
        return Some(false);
    }
    let Some(first) = signatures.first() else { return Some(false) };
    let place = Place::mail(&exam.apex());
    if signatures.iter().all(|it| Provider::of_signing_domain(it.domain()).is_some()) {
        let message = format!("mail of {author} is signed by {} only", first.domain());
        exam.found(&place, rule::PROVIDER_SIGNATURE.at(0..0, message));
    } else {
        let message = format!(
            "mail of {author} is signed by {}, which does not stand for it",
            first.domain()
        );
        exam.found(&place, rule::NOT_ALIGNED.at(0..0, message));
    }
    Some(false)
}

fn strict(exam: &mut Examination, author: &Domain, message: String) {
    let name = author.prefixed("_dmarc").map_or_else(|_| exam.apex(), Name::from);
    exam.found(&Place::at(&name, RecordType::Txt), rule::STRICT.at(0..0, message));
}

async fn bounced(
    exam: &mut Examination,
    author: &Domain,
    return_path: Option<Domain>,
    mode: AlignmentMode,
) -> Option<bool> {
    let return_path = return_path?;
    if exam.observer.is_aligned(author, &return_path, mode).await? {
        return Some(true);
    }
    if exam.observer.is_aligned(author, &return_path, AlignmentMode::Relaxed).await? {
        strict(exam, author, format!("`aspf=s`, but bounces of {author} go to {return_path}"));
    } else {
        let place = Place::at(&Name::from(&return_path), RecordType::Txt);
        let message = format!("bounces of {author} go to {return_path}, so SPF proves nothing");
        exam.found(&place, rule::BOUNCE_DOMAIN.at(0..0, message));
    }
    Some(false)
}

/// A key with `t=s` signs for its own domain alone.
async fn subdomain_identity(exam: &mut Examination, signature: &DkimSignature) {
    let (domain, identity) = (signature.domain(), signature.identity_domain());
    let ours = domain.is_subdomain_of(&exam.request.domain);
    let Ok(name) = signature.selector().record_name(domain) else { return };
    if identity == domain || !ours {
        return;
    }
    let name = Name::from(name);
    for text in exam.observer.texts(&name).await.unwrap_or_default() {
        if text.parse().is_ok_and(|key: DkimKeyRecord| key.forbids_subdomains()) {
            let message = format!("`t=s`, but messages say `i=@{identity}`");
            let span = 0..text.len();
            exam.found(&Place::text(&name, &text), rule::SUBDOMAIN_IDENTITY.at(span, message));
        }
    }
}

/// RFC 8058: an https address, the field that allows a POST, and both signed.
fn unsubscribe(exam: &mut Examination, message: &MessageSample, signatures: &[DkimSignature]) {
    if message.purpose != MessagePurpose::Marketing {
        return;
    }
    let https =
        message.values("list-unsubscribe").any(|it| it.to_ascii_lowercase().contains("<https:"));
    let post = message
        .values("list-unsubscribe-post")
        .any(|it| it.eq_ignore_ascii_case("List-Unsubscribe=One-Click"));
    let signed = signatures
        .iter()
        .any(|it| it.signs("list-unsubscribe") > 0 && it.signs("list-unsubscribe-post") > 0);
    let fault = match (https, post, signed) {
        (false, _, _) => "no List-Unsubscribe with an https address",
        (_, false, _) => "no List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        (_, _, false) => "no signature covers List-Unsubscribe and List-Unsubscribe-Post",
        _ => "",
    };
    let fine = fault.is_empty();
    exam.facts.one_click = Some(exam.facts.one_click.unwrap_or(true) && fine);
    if !fine {
        let place = Place::mail(&exam.apex());
        exam.found(&place, rule::ONE_CLICK.at(0..0, fault));
    }
}
