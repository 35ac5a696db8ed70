//! TLS with anyone, and what is to be seen of it.

use std::{sync::Arc, time::SystemTime};

use tokio_rustls::{
    TlsConnector,
    rustls::{
        CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, Error,
        ProtocolVersion, SignatureScheme,
        client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature},
        pki_types::{CertificateDer, ServerName, UnixTime},
    },
};

use super::Certificate;
use crate::{Host, tls_policy::TlsObservation};

/// What was seen of TLS with a host.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct TlsSession {
    /// The version both sides agreed on.
    pub version: TlsVersion,
    /// The cipher suite, by its name at IANA.
    pub cipher_suite: String,
    /// The certificate of the host; `None` where it cannot be read.
    pub certificate: Option<Certificate>,
    /// What a client that insists on a valid certificate would have seen; `None` without
    /// [`Prober::with_verifier`](super::Prober::with_verifier).
    pub verdict: Option<TlsObservation>,
    /// What the host offers once the connection is encrypted, as [`ProbeReport::extensions`](super::ProbeReport::extensions).
    pub extensions: Vec<String>,
}

/// A version of TLS. Older ones are not spoken: a host that knows no other fails the handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum TlsVersion {
    /// TLS 1.2 (RFC 5246).
    #[cfg_attr(feature = "serde", serde(rename = "1.2"))]
    Tls12,
    /// TLS 1.3 (RFC 8446).
    #[cfg_attr(feature = "serde", serde(rename = "1.3"))]
    Tls13,
}

impl std::fmt::Display for TlsVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Tls12 => "TLS 1.2",
            Self::Tls13 => "TLS 1.3",
        })
    }
}

/// The client's side of handshakes with anyone.
pub(super) fn connector(provider: Arc<CryptoProvider>) -> Result<TlsConnector, Error> {
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyCertificate(provider)));
    Ok(Arc::new(builder.with_no_client_auth()).into())
}

/// The name to ask for; a name that TLS does not know is not asked for.
pub(super) fn server_name(host: &Host, address: std::net::IpAddr) -> ServerName<'static> {
    let name = host.as_domain().map(|name| ServerName::try_from(name.as_str().to_owned()));
    name.and_then(Result::ok).unwrap_or_else(|| ServerName::from(address))
}

impl TlsSession {
    pub(super) fn seen(
        connection: &ClientConnection,
        verifier: Option<&dyn ServerCertVerifier>,
        name: &ServerName<'_>,
        now: SystemTime,
    ) -> Self {
        let certificates = connection.peer_certificates().unwrap_or_default();
        let suite = connection.negotiated_cipher_suite().and_then(|it| it.suite().as_str());
        let version = match connection.protocol_version() {
            Some(ProtocolVersion::TLSv1_3) => TlsVersion::Tls13,
            _ => TlsVersion::Tls12,
        };
        Self {
            version,
            cipher_suite: suite.unwrap_or_default().replace("TLS13_", "TLS_"),
            certificate: certificates.first().and_then(|first| Certificate::read(first)),
            verdict: verifier.map(|verifier| judge(verifier, certificates, name, now)),
            extensions: Vec::new(),
        }
    }
}

/// What a client would have seen that trusts what the verifier trusts.
fn judge(
    verifier: &dyn ServerCertVerifier,
    certificates: &[CertificateDer<'_>],
    name: &ServerName<'_>,
    now: SystemTime,
) -> TlsObservation {
    let Some((own, others)) = certificates.split_first() else {
        return TlsObservation::CertificateNotTrusted;
    };
    let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let now = UnixTime::since_unix_epoch(since);
    use CertificateError as Fault;
    match verifier.verify_server_cert(own, others, name, &[], now) {
        Ok(_) => TlsObservation::Established,
        Err(Error::InvalidCertificate(
            Fault::Expired
            | Fault::ExpiredContext { .. }
            | Fault::NotValidYet
            | Fault::NotValidYetContext { .. },
        )) => TlsObservation::CertificateExpired,
        Err(Error::InvalidCertificate(
            Fault::NotValidForName | Fault::NotValidForNameContext { .. },
        )) => TlsObservation::CertificateHostMismatch,
        Err(_) => TlsObservation::CertificateNotTrusted,
    }
}

/// Takes every certificate whose key the host holds: a probe looks, and carries nothing worth a secret.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
