//! Where a check-up stops.

/// Where a check-up stops. Each limit that was hit is named in the report.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckupLimits {
    /// Questions to the DNS: 400. What is not asked counts as not checked.
    pub questions: usize,
    /// Mail exchangers that are looked at: 20.
    pub mail_exchangers: usize,
    /// Sending addresses that are looked at: 50.
    pub senders: usize,
    /// Selectors that are looked at: 50.
    pub selectors: usize,
    /// Messages that are looked at: 20.
    pub messages: usize,
    /// Records of one answer that are kept: 100.
    pub records: usize,
    /// Octets of one text record that are read: 4,096.
    pub text: usize,
    /// Findings: 200.
    pub findings: usize,
}

impl Default for CheckupLimits {
    fn default() -> Self {
        Self {
            questions: 400,
            mail_exchangers: 20,
            senders: 50,
            selectors: 50,
            messages: 20,
            records: 100,
            text: 4_096,
            findings: 200,
        }
    }
}

/// A limit that a check-up came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum CheckupLimit {
    /// [`CheckupLimits::questions`].
    Questions,
    /// [`CheckupLimits::mail_exchangers`].
    MailExchangers,
    /// [`CheckupLimits::senders`].
    Senders,
    /// [`CheckupLimits::selectors`].
    Selectors,
    /// [`CheckupLimits::messages`].
    Messages,
    /// [`CheckupLimits::records`].
    Records,
    /// [`CheckupLimits::text`].
    Text,
    /// [`CheckupLimits::findings`].
    Findings,
}

impl std::fmt::Display for CheckupLimit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Questions => "questions to the DNS",
            Self::MailExchangers => "mail exchangers",
            Self::Senders => "sending addresses",
            Self::Selectors => "selectors",
            Self::Messages => "messages",
            Self::Records => "records of one answer",
            Self::Text => "octets of a text record",
            Self::Findings => "findings",
        })
    }
}
