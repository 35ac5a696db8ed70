//! How a signature is made.

use std::time::{SystemTime, UNIX_EPOCH};

use super::{AgentIdentifier, Canonicalization, DkimSignature, FieldName, SignatureAlgorithm};
use crate::{Domain, Selector};

impl DkimSignature {
    /// A signature yet to be made over the From field and a body with this SHA-256 hash.
    ///
    /// Its `b=` is empty, as it stands in the text that is signed; give it by
    /// [`with_signature`](Self::with_signature).
    ///
    /// ```
    /// use mailkit_auth::record::dkim_signature::{Canonicalization, SignatureAlgorithm};
    /// use mailkit_auth::record::DkimSignature;
    ///
    /// let algorithm = SignatureAlgorithm::Ed25519Sha256;
    /// let signature =
    ///     DkimSignature::new(algorithm, "acme.test".parse()?, "s1".parse()?, [0; 32])
    ///         .with_canonicalization(Canonicalization::Relaxed, Canonicalization::Relaxed)
    ///         .with_signed_field("Subject".parse()?)
    ///         .with_signature([1; 64]);
    /// assert!(signature.to_string().contains("; h=From:Subject; bh="));
    /// assert_eq!(signature.folded().parse(), Ok(signature));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn new(
        algorithm: SignatureAlgorithm,
        domain: Domain,
        selector: Selector,
        body_hash: [u8; 32],
    ) -> Self {
        Self {
            algorithm,
            signature: Vec::new(),
            body_hash: body_hash.to_vec(),
            canonicalization: None,
            domain,
            signed_fields: vec![FieldName::author()],
            identity: None,
            body_length: None,
            query_methods: None,
            selector,
            signed_at: None,
            expires_at: None,
            copied_fields: None,
            others: Vec::new(),
        }
    }

    /// With these octets of the signature (`b`).
    #[must_use]
    pub fn with_signature(mut self, signature: impl Into<Vec<u8>>) -> Self {
        self.signature = signature.into();
        self
    }

    /// With these forms of header and body (`c`).
    #[must_use]
    pub fn with_canonicalization(
        mut self,
        header: Canonicalization,
        body: Canonicalization,
    ) -> Self {
        self.canonicalization = Some((header, Some(body)));
        self
    }

    /// With one more signed field (`h`).
    #[must_use]
    pub fn with_signed_field(mut self, name: FieldName) -> Self {
        self.signed_fields.push(name);
        self
    }

    /// Signed on behalf of this identity (`i`), which must be in the signing domain.
    #[must_use]
    pub fn with_identity(mut self, identity: AgentIdentifier) -> Self {
        self.identity = Some(identity);
        self
    }

    /// With the time at which the signature was made (`t`), in whole seconds.
    #[must_use]
    pub fn with_signed_at(mut self, at: SystemTime) -> Self {
        self.signed_at = Some(seconds(at));
        self
    }

    /// With the time at which the signature ceases to be valid (`x`), in whole seconds.
    #[must_use]
    pub fn with_expires_at(mut self, at: SystemTime) -> Self {
        self.expires_at = Some(seconds(at));
        self
    }
}

fn seconds(at: SystemTime) -> u64 {
    at.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
