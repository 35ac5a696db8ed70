//! Keys that two domains share.

use std::borrow::Cow;

use super::super::examination::{Examination, Place};
use crate::DkimKeyRecord;
use crate::lint::dkim::rules as rule;
use crate::record::dkim::{PublicKeyForm, wrap_pkcs1};

/// Who holds the key of one domain can sign for the other.
pub(super) fn shared(exam: &mut Examination, place: &Place, record: &DkimKeyRecord) {
    let same = |other: &DkimKeyRecord| {
        other.key_type() == record.key_type() && octets(other) == octets(record)
    };
    let others = exam.request.other_keys.iter();
    let other = others.filter(|(domain, _)| *domain != exam.request.domain);
    let Some((domain, _)) = other.into_iter().find(|(_, key)| same(key)) else { return };
    let message = format!("{domain} publishes the same key");
    exam.found(place, rule::MODULUS.at(0..0, message));
}

/// The key in the one form that verifiers agree on.
fn octets(record: &DkimKeyRecord) -> Cow<'_, [u8]> {
    match record.rsa_public_key().map(|key| key.form) {
        Ok(PublicKeyForm::Pkcs1) => wrap_pkcs1(record.public_key()).into(),
        _ => record.public_key().into(),
    }
}
