//! What an automatic reply depends on.

/// The facts of an incoming mail that an automatic reply depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct IncomingMail {
    /// The envelope sender (`MAIL FROM`) without angle brackets; empty for a bounce.
    pub return_path: String,
    /// The mailbox in `From`; when there are several, the first.
    pub from: String,
    /// The addresses in `To` and `Cc`.
    pub recipients: Vec<String>,
    /// The header fields, name and value, in the order of the mail.
    pub headers: Vec<(String, String)>,
}

impl IncomingMail {
    /// A mail with its two senders, the one of the envelope and the one of the header.
    #[must_use]
    pub fn new(return_path: impl Into<String>, from: impl Into<String>) -> Self {
        Self { return_path: return_path.into(), from: from.into(), ..Self::default() }
    }

    /// The addresses in `To` and `Cc`.
    #[must_use]
    pub fn with_recipients<T: Into<String>>(
        mut self,
        addresses: impl IntoIterator<Item = T>,
    ) -> Self {
        self.recipients = addresses.into_iter().map(Into::into).collect();
        self
    }

    /// One more header field.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub(super) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let fields = self.fields().filter(move |(n, _)| n.eq_ignore_ascii_case(name));
        fields.map(|(_, value)| value)
    }

    /// Names and values without the spaces around them: RFC 5322 section 4.5 lets some stand before the colon.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().map(|(name, value)| (name.trim(), value.trim()))
    }
}
