//! What the check of one DKIM signature found.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{DkimProblem, DkimWeakness};
use crate::auth_results::Keyword;
use crate::error::in_words;
use crate::record::DkimSignature;
use crate::{Domain, Selector};

/// The outcome of one signature and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct DkimVerdict {
    /// The result.
    pub result: DkimResult,
    /// The domain that signed (`d=`), if the signature can be read.
    pub domain: Option<Domain>,
    /// The selector of its key (`s=`), if the signature can be read.
    pub selector: Option<Selector>,
    /// The first eight characters of the signature (`b=`), which tell it from others of its domain
    /// (RFC 6008), if it can be read.
    pub signature_front: Option<String>,
    /// Why it did not pass.
    pub problem: Option<DkimProblem>,
    /// The outcome in words, in visible ASCII.
    pub reason: String,
    /// What the signature leaves open, if it passed.
    pub weaknesses: Vec<DkimWeakness>,
}

impl DkimVerdict {
    pub(super) fn failed(signature: Option<&DkimSignature>, problem: DkimProblem) -> Self {
        let (result, reason) = (problem.result(), in_words(&problem));
        Self { problem: Some(problem), ..Self::new(signature, result, reason) }
    }

    pub(super) fn passed(signature: &DkimSignature, weaknesses: Vec<DkimWeakness>) -> Self {
        let weak: Vec<String> = weaknesses.iter().map(ToString::to_string).collect();
        let but =
            if weak.is_empty() { String::new() } else { format!(", but {}", weak.join(", ")) };
        let reason = format!("signed by {}{but}", signature.domain());
        Self { weaknesses, ..Self::new(Some(signature), DkimResult::Pass, reason) }
    }

    fn new(signature: Option<&DkimSignature>, result: DkimResult, reason: String) -> Self {
        // Six octets make eight characters.
        let front = |octets: &[u8]| STANDARD.encode(octets.get(..6).unwrap_or(octets));
        Self {
            result,
            domain: signature.map(|it| it.domain().clone()),
            selector: signature.map(|it| it.selector().clone()),
            signature_front: signature.map(|it| front(it.signature())),
            problem: None,
            reason,
            weaknesses: Vec::new(),
        }
    }
}

impl fmt::Display for DkimVerdict {
    /// The result and the reason on one line, and which signature it is about.
    ///
    /// ```
    /// use std::time::SystemTime;
    ///
    /// use mailkit_auth::lookup::ZoneSnapshot;
    /// use mailkit_auth::verify::{VerifyLimits, verify_dkim};
    ///
    /// let message = b"DKIM-Signature: v=1; a=rsa-sha256; d=acme.test; s=s1; h=From; bh=AAAA; b=AAAA\r\n\
    ///     From: a@acme.test\r\n\r\nHello\r\n";
    /// let (zone, limits) = (ZoneSnapshot::new(), VerifyLimits::default());
    /// let verdicts = verify_dkim(&zone, message, SystemTime::UNIX_EPOCH, limits)?;
    /// assert_eq!(verdicts[0].to_string(), "permerror: there is no key (s1 of acme.test)");
    /// # Ok::<(), mailkit_auth::verify::HeaderError>(())
    /// ```
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.result, self.reason)?;
        match (&self.selector, &self.domain) {
            (Some(selector), Some(domain)) => write!(f, " ({selector} of {domain})"),
            _ => Ok(()),
        }
    }
}

/// The result of a signature (RFC 8601 section 2.7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
#[expect(clippy::exhaustive_enums, reason = "the registry of results has these seven")]
pub enum DkimResult {
    /// The message is not signed.
    None,
    /// The signature holds.
    Pass,
    /// The signature does not hold.
    Fail,
    /// The signature is not one that is accepted here.
    Policy,
    /// The signature cannot be read.
    Neutral,
    /// The key could not be looked up now; another try may find it.
    TempError,
    /// The signature cannot be checked, now or later.
    PermError,
}

impl DkimResult {
    /// The word of the result.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Policy => "policy",
            Self::Neutral => "neutral",
            Self::TempError => "temperror",
            Self::PermError => "permerror",
        }
    }
}

impl fmt::Display for DkimResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<DkimResult> for Keyword {
    fn from(result: DkimResult) -> Self {
        Self::of(result.as_str())
    }
}
