//! Mechanisms with what their match means (RFC 7208 section 4.6).

use std::fmt;

use super::Mechanism;
use crate::RecordError;

/// A mechanism with its qualifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    qualifier: Option<Qualifier>,
    mechanism: Mechanism,
}

impl Directive {
    /// A directive; [`Qualifier::Pass`], the default, is not written.
    #[must_use]
    pub fn new(qualifier: Qualifier, mechanism: Mechanism) -> Self {
        let qualifier = Some(qualifier).filter(|qualifier| *qualifier != Qualifier::Pass);
        Self { qualifier, mechanism }
    }

    /// What a match means; [`Qualifier::Pass`] where the record does not say.
    #[must_use]
    pub fn qualifier(&self) -> Qualifier {
        self.qualifier.unwrap_or(Qualifier::Pass)
    }

    /// What is compared with the client.
    #[must_use]
    pub fn mechanism(&self) -> &Mechanism {
        &self.mechanism
    }

    pub(super) fn read(text: &str) -> Result<Self, RecordError> {
        let mut rest = text.chars();
        let qualifier = rest.next().and_then(Qualifier::from_char);
        let (start, name) = if qualifier.is_some() { (1, rest.as_str()) } else { (0, text) };
        let mechanism = Mechanism::read(name).map_err(|error| error.shifted(start))?;
        Ok(Self { qualifier, mechanism })
    }
}

impl fmt::Display for Directive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(qualifier) = self.qualifier {
            qualifier.fmt(f)?;
        }
        self.mechanism.fmt(f)
    }
}

/// What the match of a mechanism means (RFC 7208 section 4.6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
#[expect(clippy::exhaustive_enums, reason = "the version `spf1` has these four")]
pub enum Qualifier {
    /// The host may send (`+`).
    Pass,
    /// The host may not send (`-`).
    Fail,
    /// The host probably may not send (`~`).
    SoftFail,
    /// The domain says nothing about the host (`?`).
    Neutral,
}

impl Qualifier {
    fn from_char(c: char) -> Option<Self> {
        Some(match c {
            '+' => Self::Pass,
            '-' => Self::Fail,
            '~' => Self::SoftFail,
            '?' => Self::Neutral,
            _ => return None,
        })
    }
}

impl fmt::Display for Qualifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pass => "+",
            Self::Fail => "-",
            Self::SoftFail => "~",
            Self::Neutral => "?",
        })
    }
}
