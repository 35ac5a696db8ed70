//! What came of fetching an MTA-STS policy.

/// The answer to `GET https://mta-sts.<domain>/.well-known/mta-sts.txt` (RFC 8461 section 3.3).
///
/// ```
/// use mailkit_auth::checkup::{PolicyFetch, PolicyOutcome};
///
/// let body = "version: STSv1\nmode: enforce\nmx: mx.acme.test\nmax_age: 604800\n";
/// let fetch = PolicyFetch::new(200, "text/plain; charset=utf-8", body);
/// assert_eq!(fetch.outcome, PolicyOutcome::Fetched);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PolicyFetch {
    /// Whether there was an answer that a sender may use.
    pub outcome: PolicyOutcome,
    /// The type of the content as the server named it.
    pub content_type: Option<String>,
    /// The policy; empty if there is none.
    pub body: String,
}

impl PolicyFetch {
    /// An answer under a trusted certificate, without redirect.
    #[must_use]
    pub fn new(status: u16, content_type: impl Into<String>, body: impl Into<String>) -> Self {
        let outcome = match status {
            200 => PolicyOutcome::Fetched,
            300..400 => PolicyOutcome::Redirected,
            _ => PolicyOutcome::Status(status),
        };
        Self { outcome, content_type: Some(content_type.into()), body: body.into() }
    }

    /// No answer that counts.
    #[must_use]
    pub fn failed(outcome: PolicyOutcome) -> Self {
        Self { outcome, content_type: None, body: String::new() }
    }
}

/// Whether a sender may use what it got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PolicyOutcome {
    /// Status 200, as it must be.
    Fetched,
    /// The server sent the client elsewhere, where it must not go.
    Redirected,
    /// Another status.
    Status(u16),
    /// The certificate is not trusted, has expired, or is for other names.
    Certificate,
    /// No connection.
    Unreachable,
}

/// An MTA-STS policy at an earlier time.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PreviousPolicy {
    /// The `id` of the TXT record.
    pub id: String,
    /// The policy.
    pub body: String,
}

impl PreviousPolicy {
    /// What was published under this `id`.
    #[must_use]
    pub fn new(id: impl Into<String>, body: impl Into<String>) -> Self {
        Self { id: id.into(), body: body.into() }
    }
}
