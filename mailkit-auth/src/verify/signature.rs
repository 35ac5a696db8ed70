//! A `DKIM-Signature` field of a message, and what its tags rule out (RFC 6376 section 6.1.1).

use std::ops::{Deref, Range};
use std::time::{SystemTime, UNIX_EPOCH};

use super::DkimProblem;
use super::key::key_name;
use crate::lookup::Name;
use crate::record::dkim::KeyType;
use crate::record::dkim_signature::SignatureAlgorithm;
use crate::record::{DkimSignature, utf8, value_span};

/// A signature that is worth the lookup of its key.
#[derive(Debug)]
pub(super) struct ReceivedSignature {
    signature: DkimSignature,
    /// Where the value of `b=` stands in the field.
    span: Range<usize>,
}

impl Deref for ReceivedSignature {
    type Target = DkimSignature;

    fn deref(&self) -> &DkimSignature {
        &self.signature
    }
}

impl ReceivedSignature {
    pub(super) fn read(value: &[u8]) -> Result<Self, DkimProblem> {
        let text = utf8(value).map_err(DkimProblem::Malformed)?;
        let signature: DkimSignature = text.parse().map_err(DkimProblem::Malformed)?;
        let span = value_span(text, "b").unwrap_or_default();
        match signature.algorithm() {
            SignatureAlgorithm::RsaSha1 => Err(DkimProblem::Sha1),
            _ => Ok(Self { signature, span }),
        }
    }

    pub(super) fn key_type(&self) -> KeyType {
        self.algorithm().key_type()
    }

    /// The value of the field as it was signed.
    pub(super) fn unsigned_value(&self, value: &[u8]) -> Vec<u8> {
        without(value, &self.span)
    }

    /// Where the key is, unless the signature has what no key can mend: a name that must be signed
    /// and is not, another's identity, a name for the key that the DNS cannot hold, a time gone by.
    pub(super) fn key_name(&self, now: SystemTime) -> Result<Name, DkimProblem> {
        if self.signs("From") == 0 {
            return Err(DkimProblem::FromUnsigned);
        }
        if !self.identity_domain().is_subdomain_of(self.domain()) {
            return Err(DkimProblem::Identity);
        }
        let key_name = key_name(self.selector(), self.domain())?;
        // A signature that expires before it is made was never valid (RFC 6376 section 3.5).
        let earliest = self.signed_at().unwrap_or(UNIX_EPOCH).max(now);
        match self.expires_at() {
            Some(expires_at) if expires_at <= earliest => Err(DkimProblem::Expired),
            _ => Ok(key_name),
        }
    }
}

/// The value of a field without what stands at `span`, where its `b=` tag has its value, and without
/// the white space around it (RFC 6376 section 3.7).
pub(super) fn without(value: &[u8], span: &Range<usize>) -> Vec<u8> {
    let before = value.get(..span.start).unwrap_or_default();
    let after = value.get(span.end..).unwrap_or_default();
    [before.trim_ascii_end(), after.trim_ascii_start()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::in_words;
    use std::time::Duration;

    const GOOD: &str = " v=1; a=rsa-sha256; d=a.test; s=s1; h=From:To; bh=AAAA; b=AA\r\n AA;\r\n";

    #[track_caller]
    fn check(from: &str, to: &str, expected: Option<&str>) {
        let text = GOOD.replace(from, to);
        let read = ReceivedSignature::read(text.as_bytes());
        let error = read
            .and_then(|it| it.key_name(UNIX_EPOCH + Duration::from_secs(3)))
            .err()
            .map(|error| in_words(&error));
        assert_eq!(error.as_deref(), expected, "{text:?}");
    }

    #[test]
    fn what_is_refused() {
        check("", "", None);
        check("v=1", "v=2", Some("malformed signature: invalid value for tag `v` at byte 3"));
        check("v=1; ", "", Some("malformed signature: missing tag `v` at byte 63"));
        check("v=1", "V=1", Some("malformed signature: missing tag `v` at byte 68"));
        check("; a=rsa-sha256", "", Some("malformed signature: missing tag `a` at byte 54"));
        check("d=a.test; ", "", Some("malformed signature: missing tag `d` at byte 58"));
        check("s=s1; ", "", Some("malformed signature: missing tag `s` at byte 62"));
        check("h=From:To; ", "", Some("malformed signature: missing tag `h` at byte 57"));
        check("bh=AAAA; ", "", Some("malformed signature: missing tag `bh` at byte 59"));
        check("bh=AAAA", "bh=", Some("malformed signature: invalid value for tag `bh` at byte 50"));
        check("s=s1", "s=s1; s=s2", Some("malformed signature: duplicate tag `s` at byte 36"));
        check("sha256", "sha1", Some("rsa-sha1 is no longer accepted"));
        check(
            "rsa-sha256",
            "rsa-md5",
            Some("malformed signature: invalid value for tag `a` at byte 8: unknown word"),
        );
        check("From:To", "To", Some("the From field is not signed"));
        check("s=s1", "s=s1; i=@b.test", Some("the identity is not in the signing domain"));
        check("s=s1", "s=s1; i=x@m.a.test", None);
        check("s=s1", "s=s1; t=5; x=5", Some("the signature has expired"));
        check("s=s1", "s=s1; x=3", Some("the signature has expired"));
        check("s=s1", "s=s1; x=4", None);
        check(
            "s=s1",
            "s=s1; x=+5",
            Some("malformed signature: invalid value for tag `x` at byte 38"),
        );
        check("s=s1", &format!("s={}s1", "s.".repeat(121)), Some("there is no key"));
        check("s=s1", "s=s1; c=relaxed", None);
        check(
            "s=s1",
            "s=s1; c=nofws",
            Some("malformed signature: invalid value for tag `c` at byte 38: unknown word"),
        );
        check(
            "s=s1",
            "s=s1; q=http",
            Some("malformed signature: invalid value for tag `q` at byte 38"),
        );
    }

    #[test]
    fn the_value_of_b_is_cut_out() {
        let check = |from: &str, to: &str, expected: &str| {
            let value = GOOD.replace(from, to);
            let signature = ReceivedSignature::read(value.as_bytes()).unwrap();
            let unsigned = signature.unsigned_value(value.as_bytes());
            assert_eq!(String::from_utf8(unsigned).unwrap(), expected);
            assert_eq!(signature.signature(), [0, 0, 0]);
        };
        check("", "", " v=1; a=rsa-sha256; d=a.test; s=s1; h=From:To; bh=AAAA; b=;\r\n");
        check("AA;\r\n", "AA\r\n", " v=1; a=rsa-sha256; d=a.test; s=s1; h=From:To; bh=AAAA; b=");
        check(
            "b=AA\r\n AA;",
            "b = \r\n\tAAAA\r\n\t; n=x",
            " v=1; a=rsa-sha256; d=a.test; s=s1; h=From:To; bh=AAAA; b =; n=x\r\n",
        );
    }
}
