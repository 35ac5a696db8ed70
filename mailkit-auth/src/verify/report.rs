//! All verdicts about one message.

use std::fmt;

use super::{ArcResult, ArcVerdict, AuthorError, DkimVerdict, Envelope};
use crate::auth_results::{
    AuthenticationResults, AuthservIdError, Keyword, MethodResult, Property, PropertyType,
    PropertyValue,
};
use crate::dmarc::{DmarcResult, DmarcVerdict};
use crate::spf::{SpfIdentity, SpfVerdict};

/// What SPF, DKIM, DMARC and ARC say about a message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct AuthReport {
    /// What the SMTP session said.
    pub envelope: Envelope,
    /// Whether the client may send for the domain of the envelope.
    pub spf: SpfVerdict,
    /// One verdict for each signature, from the top; empty if the message is not signed.
    pub dkim: Vec<DkimVerdict>,
    /// Whether the chain of hosts that passed the message on holds.
    pub arc: ArcVerdict,
    /// Whether SPF or DKIM prove the domain in the From field.
    pub dmarc: DmarcVerdict,
    /// Why the message does not say who wrote it, if it does not.
    pub author_error: Option<AuthorError>,
}

impl AuthReport {
    /// The report as an `Authentication-Results` field of the receiver `authserv_id`.
    ///
    /// Remove such fields of your own name from the message first (RFC 8601 section 5).
    ///
    /// # Errors
    ///
    /// If `authserv_id` is no name of letters, digits, `-`, `_` and `.`.
    pub fn authentication_results(
        &self,
        authserv_id: &str,
    ) -> Result<AuthenticationResults, AuthservIdError> {
        let mut results = AuthenticationResults::new(authserv_id)?.with_result(self.spf_result());
        if self.dkim.is_empty() {
            results = results.with_result(MethodResult::new(Keyword::DKIM, Keyword::NONE));
        }
        let dkim = self.dkim.iter().map(|verdict| self.dkim_result(verdict));
        results = dkim.fold(results, AuthenticationResults::with_result);
        Ok(results.with_result(self.dmarc_result()).with_result(self.arc_result()))
    }

    /// RFC 8617 section 10.2: whoever seals the message next records whom it came from.
    fn arc_result(&self) -> MethodResult {
        let remote_ip = self.envelope.client_ip.to_string();
        let mut result = MethodResult::new(Keyword::ARC, self.arc.result.into());
        if self.arc.result != ArcResult::None {
            result = result.with_reason(self.arc.reason.as_str().into());
        }
        if let Some(oldest_pass) = self.arc.oldest_pass {
            let oldest_pass = PropertyValue::from(oldest_pass.to_string().as_str());
            result = result.with_property(PropertyType::HEADER, Keyword::OLDEST_PASS, oldest_pass);
        }
        result.with_property(PropertyType::SMTP, Keyword::REMOTE_IP, remote_ip.as_str().into())
    }

    fn spf_result(&self) -> MethodResult {
        let (name, value) = match self.spf.identity {
            SpfIdentity::MailFrom => (Keyword::MAILFROM, &self.envelope.mail_from),
            SpfIdentity::Helo => (Keyword::HELO, &self.envelope.helo),
        };
        MethodResult::new(Keyword::SPF, self.spf.result.into())
            .with_reason(self.spf.reason().as_str().into())
            .with_property(PropertyType::SMTP, name, value.as_str().into())
    }

    fn dkim_result(&self, verdict: &DkimVerdict) -> MethodResult {
        let mut result = MethodResult::new(Keyword::DKIM, verdict.result.into())
            .with_reason(verdict.reason.as_str().into());
        let mut add = |name, value: &str| {
            result.properties.push(Property::new(PropertyType::HEADER, name, value.into()));
        };
        if let Some(domain) = &verdict.domain {
            add(Keyword::D, domain.as_str());
        }
        if let Some(selector) = &verdict.selector {
            add(Keyword::S, selector.as_str());
        }
        // RFC 6008: several signatures of a domain are told apart by their octets.
        let others = self.dkim.iter().filter(|other| other.domain == verdict.domain).count();
        if let Some(front) = verdict.signature_front.as_ref().filter(|_| others > 1) {
            add(Keyword::B, front);
        }
        result
    }

    fn dmarc_result(&self) -> MethodResult {
        let mut result = MethodResult::new(Keyword::DMARC, self.dmarc.result.into())
            .with_reason(self.dmarc.reason.as_str().into());
        if let Some(domain) = &self.dmarc.from_domain {
            result =
                result.with_property(PropertyType::HEADER, Keyword::FROM, domain.as_str().into());
        }
        if self.dmarc.result == DmarcResult::Fail {
            let policy = PropertyValue::from(self.dmarc.policy.to_string().as_str());
            result = result.with_property(PropertyType::POLICY, Keyword::DMARC, policy);
        }
        result
    }
}

impl fmt::Display for AuthReport {
    /// A line for each method, with its end; for DKIM a line for each signature.
    ///
    /// ```
    /// use std::time::SystemTime;
    ///
    /// use mailkit_auth::lookup::ZoneSnapshot;
    /// use mailkit_auth::verify::{Envelope, VerifyLimits, verify};
    ///
    /// let zone = ZoneSnapshot::new()
    ///     .with_txt("acme.test", "v=spf1 ip4:192.0.2.1 -all")?
    ///     .with_txt("_dmarc.acme.test", "v=DMARC1; p=reject")?;
    /// let envelope = Envelope::new([198, 51, 100, 7], "mx.evil.test", "ceo@acme.test");
    /// let message = b"From: ceo@acme.test\r\n\r\nPlease pay.\r\n";
    /// let report = verify(&zone, message, &envelope, SystemTime::UNIX_EPOCH, VerifyLimits::default());
    /// let printed = "\
    /// SPF   fail: `-all` of acme.test matches
    /// DKIM  none: no signature
    /// ARC   none: no chain
    /// DMARC fail: no domain that is proved stands for acme.test; the domain asks for: reject
    /// ";
    /// assert_eq!(report.to_string(), printed);
    /// # Ok::<(), mailkit_auth::lookup::NameError>(())
    /// ```
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "SPF   {}", self.spf)?;
        if self.dkim.is_empty() {
            writeln!(f, "DKIM  none: no signature")?;
        }
        for verdict in &self.dkim {
            writeln!(f, "DKIM  {verdict}")?;
        }
        writeln!(f, "ARC   {}", self.arc)?;
        writeln!(f, "DMARC {}", self.dmarc)
    }
}
