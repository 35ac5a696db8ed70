//! What a signature is judged by beside its text.

/// The message that carries a signature, as far as its lints ask.
///
/// ```
/// use mailkit_auth::lint::{SignatureContext, lint_dkim_signature};
///
/// let value = "v=1; a=rsa-sha256; d=acme.test; s=s1; h=From:From:Subject:To:Date:Reply-To; bh=AAAA; b=AAAA";
/// let context = SignatureContext::new(["From"]).of_bulk_mail();
/// let codes: Vec<_> = lint_dkim_signature(value, &context).iter().map(|it| it.code).collect();
/// assert_eq!(codes, ["DKM030"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureContext {
    fields: Vec<String>,
    pub(super) bulk: bool,
}

impl SignatureContext {
    /// A message with header fields of these names; a name stands as often as the message has it.
    #[must_use]
    pub fn new(fields: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { fields: fields.into_iter().map(Into::into).collect(), bulk: false }
    }

    /// A message to many, which somebody may want to send again in the signer's name.
    #[must_use]
    pub fn of_bulk_mail(mut self) -> Self {
        self.bulk = true;
        self
    }

    /// How many fields of this name there are.
    pub(super) fn count(&self, name: &str) -> usize {
        self.fields.iter().filter(|field| field.trim().eq_ignore_ascii_case(name)).count()
    }
}

impl Default for SignatureContext {
    /// A message as people write them: From, To, Subject and Date, each once.
    fn default() -> Self {
        Self::new(["From", "To", "Subject", "Date"])
    }
}
