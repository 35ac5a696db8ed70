//! Who is behind a source of mail.

use std::fmt;
use std::str::FromStr;

use crate::UnknownWord;

/// Who is behind a source of mail, as far as the domain's owner or a table of providers can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
#[non_exhaustive]
pub enum SourceClass {
    /// It passes on mail that others received: lists, alumni addresses. What it breaks is not for
    /// the domain to mend, so it counts as classified and no more.
    Forwarder,
    /// It uses the domain's name without leave.
    Hostile,
    /// It sends for the domain.
    Legitimate,
    /// Nobody has said yet.
    Unknown,
}

impl SourceClass {
    /// The stable name, as in JSON; [`FromStr`] reads it back.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Forwarder => "forwarder",
            Self::Hostile => "hostile",
            Self::Legitimate => "legitimate",
            Self::Unknown => "unknown",
        }
    }
}

impl FromStr for SourceClass {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let all = [Self::Forwarder, Self::Hostile, Self::Legitimate, Self::Unknown];
        all.into_iter().find(|class| class.code() == text).ok_or(UnknownWord)
    }
}

impl fmt::Display for SourceClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_print_and_read_back() {
        for class in ["forwarder", "hostile", "legitimate", "unknown"] {
            assert_eq!(class.parse().map(|class: SourceClass| class.to_string()), Ok(class.into()));
        }
        assert_eq!("friend".parse::<SourceClass>(), Err(UnknownWord));
    }
}
