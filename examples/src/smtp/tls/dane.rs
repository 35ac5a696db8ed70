//! Certificates that their owner has named in the DNS (RFC 7672).

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, SHA512, digest};
use rustls::client::danger::{ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, Error, RootCertStore};

use super::verify::web_pki;
use crate::smtp::host_name::HostName;

/// The certificates a host may show; one pin that fits is enough.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dane {
    /// The names of which a certificate must have one, where a pin names its issuer.
    pub names: Vec<HostName>,
    /// The pins.
    pub pins: Vec<CertificatePin>,
}

/// A TLSA record that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CertificatePin {
    /// 2: of an issuer. 3: of the host.
    pub usage: u8,
    /// 0: the certificate. 1: its public key.
    pub selector: u8,
    /// 0: as it is. 1: its SHA-256. 2: its SHA-512.
    pub matching: u8,
    /// What it must be.
    pub data: Vec<u8>,
}

impl Dane {
    /// These pins for a host with these names.
    #[must_use]
    pub fn new(names: Vec<HostName>, pins: Vec<CertificatePin>) -> Self {
        Self { names, pins }
    }

    pub(super) fn verify(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        // RFC 7672 section 3.1.1: the pin of the host itself asks for neither a name nor a time.
        if self.of_usage(3).any(|pin| pin.fits(end_entity)) {
            return Ok(ServerCertVerified::assertion());
        }
        let mut issuers = RootCertStore::empty();
        for certificate in intermediates {
            if self.of_usage(2).any(|pin| pin.fits(certificate)) {
                issuers.add(certificate.clone().into_owned())?;
            }
        }
        if issuers.is_empty() {
            return Err(CertificateError::ApplicationVerificationFailure.into());
        }
        let (verifier, mut refused) = (web_pki(&Arc::new(issuers))?, None);
        for name in &self.names {
            let Ok(name) = ServerName::try_from(name.as_str()) else { continue };
            match verifier.verify_server_cert(end_entity, intermediates, &name, &[], now) {
                Err(error) => refused = Some(error),
                verified => return verified,
            }
        }
        Err(refused.unwrap_or_else(|| CertificateError::NotValidForName.into()))
    }

    fn of_usage(&self, usage: u8) -> impl Iterator<Item = &CertificatePin> {
        self.pins.iter().filter(move |pin| pin.usage == usage)
    }
}

impl CertificatePin {
    /// A pin of these four, as they stand in a TLSA record.
    #[must_use]
    pub fn new(usage: u8, selector: u8, matching: u8, data: impl Into<Vec<u8>>) -> Self {
        Self { usage, selector, matching, data: data.into() }
    }

    fn fits(&self, certificate: &CertificateDer<'_>) -> bool {
        let key;
        let selected: &[u8] = match self.selector {
            0 => certificate.as_ref(),
            1 => match ParsedCertificate::try_from(certificate) {
                Ok(parsed) => {
                    key = parsed.subject_public_key_info();
                    key.as_ref()
                }
                Err(_) => return false,
            },
            _ => return false,
        };
        match self.matching {
            0 => selected == self.data,
            1 => digest(&SHA256, selected).as_ref() == self.data,
            2 => digest(&SHA512, selected).as_ref() == self.data,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, PublicKeyData};

    use super::super::{TlsFault, fault};
    use super::*;

    fn names(names: &[&str]) -> Vec<HostName> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    }

    /// A host's certificate, and that of its issuer.
    struct Chain {
        host: CertificateDer<'static>,
        key: Vec<u8>,
        issuer: CertificateDer<'static>,
    }

    fn chain() -> Chain {
        let (issuer_key, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = params.self_signed(&issuer_key).unwrap();
        let of_host = CertificateParams::new(vec!["mx.example.com".to_owned()]).unwrap();
        let host = of_host.signed_by(&key, &Issuer::new(params, issuer_key)).unwrap();
        let key = key.subject_public_key_info();
        Chain { host: host.der().clone(), key, issuer: issuer.der().clone() }
    }

    fn sha256(bytes: &[u8]) -> Vec<u8> {
        digest(&SHA256, bytes).as_ref().to_vec()
    }

    #[track_caller]
    fn check(chain: &Chain, dane: &Dane, expected: Option<TlsFault>) {
        let now = UnixTime::since_unix_epoch(Duration::from_secs(1_800_000_000));
        let found = dane.verify(&chain.host, std::slice::from_ref(&chain.issuer), now);
        assert_eq!(found.err().map(|error| fault(&error)), expected, "{dane:?}");
    }

    #[test]
    fn a_pin_names_the_host_or_its_issuer() {
        let chain = chain();
        let pin = |usage, selector, matching, data: &[u8]| {
            let pins = vec![CertificatePin::new(usage, selector, matching, data)];
            Dane::new(names(&["mx.example.com"]), pins)
        };
        let unpinned = Some(TlsFault::Unpinned);
        check(&chain, &pin(3, 1, 1, &sha256(&chain.key)), None);
        check(&chain, &pin(3, 1, 0, &chain.key), None);
        check(&chain, &pin(3, 0, 1, &sha256(&chain.host)), None);
        check(&chain, &pin(3, 0, 2, digest(&SHA512, &chain.host).as_ref()), None);
        check(&chain, &pin(3, 0, 1, &sha256(&chain.issuer)), unpinned);
        check(&chain, &pin(3, 1, 1, &sha256(b"another key")), unpinned);
        check(&chain, &pin(2, 0, 1, &sha256(&chain.issuer)), None);
        check(&chain, &pin(2, 1, 1, &sha256(&chain.key)), unpinned);
    }

    #[test]
    fn a_pinned_issuer_asks_for_a_name_and_a_pinned_host_does_not() {
        let chain = chain();
        let issuer = CertificatePin::new(2, 0, 1, sha256(&chain.issuer));
        let host = CertificatePin::new(3, 0, 1, sha256(&chain.host));
        let either = Dane::new(names(&["example.com", "mx.example.com"]), vec![issuer.clone()]);
        check(&chain, &either, None);
        let others = Dane::new(names(&["mx.example.org"]), vec![issuer]);
        check(&chain, &others, Some(TlsFault::OtherName));
        check(&chain, &Dane::new(names(&["mx.example.org"]), vec![host]), None);
    }
}
