//! The keys of a message's signatures: each asked for once, found, and tried.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{
    ED25519, ParsedPublicKey, RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
};

use super::DkimProblem;
use crate::lookup::{Answer, Lookup, Name, Question, RecordData, RecordType};
use crate::record::dkim::KeyType;
use crate::{DkimKeyRecord, Domain, Selector};

/// The questions about keys, in the order in which they were needed, without repetition.
#[derive(Debug)]
pub(super) struct KeyQuestions {
    names: Vec<Name>,
    limit: usize,
}

impl KeyQuestions {
    /// Questions about at most `limit` of these names; those that come first have precedence.
    pub(super) fn new(needed: impl Iterator<Item = Name>, limit: usize) -> Self {
        let mut names = Vec::new();
        for name in needed {
            if names.len() < limit && !names.contains(&name) {
                names.push(name);
            }
        }
        Self { names, limit }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Question> {
        self.names.iter().map(|name| Question::new(name.clone(), RecordType::Txt))
    }

    /// The keys that were found, with answers from a table.
    pub(super) fn look_up(&self, lookup: &impl Lookup) -> Keys {
        self.keys(self.iter().map(|question| lookup.answer(&question)))
    }

    /// The keys that were found, from the answers in the order of the questions.
    pub(super) fn keys(&self, answers: impl IntoIterator<Item = Answer>) -> Keys {
        Keys { found: self.names.iter().cloned().zip(answers).collect(), limit: self.limit }
    }
}

/// What stands under the names that were asked for.
#[derive(Debug)]
pub(super) struct Keys {
    found: Vec<(Name, Answer)>,
    limit: usize,
}

impl Keys {
    /// The key under this name.
    pub(super) fn get(&self, name: &Name) -> Result<&Key, DkimProblem> {
        let found = self.found.iter().find(|(asked, _)| asked == name);
        match found.map(|(_, answer)| answer) {
            Some(Answer::Records(records)) => records.dkim_key(),
            Some(Answer::NoRecords | Answer::NoSuchName) => Err(DkimProblem::NoKey),
            Some(Answer::TemporaryFailure) => Err(DkimProblem::KeyUnavailable),
            None => Err(DkimProblem::TooManyKeys { limit: self.limit }),
        }
    }
}

/// Where the key of this selector is; there is none under a name that the DNS cannot hold.
pub(super) fn key_name(selector: &Selector, domain: &Domain) -> Result<Name, DkimProblem> {
    let name = selector.record_name(domain).map_err(|_| DkimProblem::NoKey)?;
    Ok(name.into())
}

/// A published key.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(super) record: DkimKeyRecord,
    /// The key itself, if it is fit to check a signature with.
    public: Result<PublicKey, DkimProblem>,
}

impl Key {
    /// The one key among the texts under a selector; texts that are something else are passed over.
    pub(crate) fn find(records: &[RecordData]) -> Result<Self, DkimProblem> {
        let mut first_error = None;
        let mut found = None;
        for record in records {
            let RecordData::Txt(text) = record else { continue };
            match (String::from_utf8_lossy(text).parse::<DkimKeyRecord>(), &found) {
                (Ok(_), Some(_)) => return Err(DkimProblem::SeveralKeys),
                (Ok(record), None) => found = Some(record),
                (Err(error), _) => first_error = first_error.or(Some(error)),
            }
        }
        let none = || first_error.map_or(DkimProblem::NoKey, DkimProblem::MalformedKey);
        found.map(Self::new).ok_or_else(none)
    }

    fn new(record: DkimKeyRecord) -> Self {
        Self { public: PublicKey::new(&record), record }
    }

    /// Whether a signature of this kind may have been made with the key; the length of an RSA key
    /// in bits.
    pub(super) fn check_use(&self, key_type: KeyType) -> Result<Option<usize>, DkimProblem> {
        let record = &self.record;
        if record.is_revoked() {
            return Err(DkimProblem::Revoked);
        }
        if record.key_type() != key_type || !record.allows_sha256() || !record.allows_email() {
            return Err(DkimProblem::KeyUse);
        }
        self.public.as_ref().map(|public| public.bits).map_err(Clone::clone)
    }

    /// Whether the signature over these octets was made with the key.
    pub(super) fn verify(&self, signed: &[u8], signature: &[u8]) -> Result<(), DkimProblem> {
        let key = &self.public.as_ref().map_err(Clone::clone)?.key;
        let verified = match self.record.key_type() {
            KeyType::Rsa => key.verify_sig(signed, signature),
            KeyType::Ed25519 => key.verify_sig(digest(&SHA256, signed).as_ref(), signature),
        };
        verified.map_err(|_| DkimProblem::Signature)
    }
}

/// The octets of a key, read once for all signatures that were made with it.
#[derive(Clone, Debug)]
struct PublicKey {
    key: ParsedPublicKey,
    /// The length of an RSA key.
    bits: Option<usize>,
}

impl PublicKey {
    fn new(record: &DkimKeyRecord) -> Result<Self, DkimProblem> {
        let key_type = record.key_type();
        let unreadable = || DkimProblem::UnreadableKey(key_type);
        let octets = record.public_key();
        match key_type {
            KeyType::Ed25519 if octets.len() != ED25519_OCTETS => Err(unreadable()),
            KeyType::Ed25519 => {
                let key = ParsedPublicKey::new(&ED25519, octets).map_err(|_| unreadable())?;
                Ok(Self { key, bits: None })
            }
            KeyType::Rsa => {
                let bits = record.rsa_public_key().map_err(|_| unreadable())?.bits;
                check_length(bits)?;
                // Keys of less than 2,048 bits are told as a weakness, not refused (RFC 8301 section
                // 3.2).
                let algorithm = &RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY;
                let key = ParsedPublicKey::new(algorithm, octets).map_err(|_| unreadable())?;
                Ok(Self { key, bits: Some(bits) })
            }
        }
    }
}

fn check_length(bits: usize) -> Result<(), DkimProblem> {
    match bits {
        ..MIN_BITS => Err(DkimProblem::WeakKey { bits }),
        MIN_BITS..=MAX_BITS => Ok(()),
        _ => Err(DkimProblem::LongKey { bits }),
    }
}

/// Octets of an Ed25519 key (RFC 8463 section 4.2).
const ED25519_OCTETS: usize = 32;
/// Bits below which an RSA key is refused (RFC 8301 section 3.2).
const MIN_BITS: usize = 1024;
/// Bits above which no signature is checked: verifiers must know keys of up to 4,096 (RFC 8301
/// section 3.2), and the work grows with the square of the length.
const MAX_BITS: usize = 8192;
