//! How a client looks at the certificate of a host.

use std::fmt;
use std::sync::{Arc, OnceLock};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};
use tokio_rustls::TlsConnector;

use super::{Dane, TrustAnchors, provider};

/// What is wrong with the TLS of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TlsFault {
    /// It does not offer STARTTLS, or refuses it.
    NotOffered,
    /// The handshake failed, and not for its certificate.
    Handshake,
    /// Its certificate has expired, or is not valid yet.
    Expired,
    /// Its certificate is for other names.
    OtherName,
    /// Nobody who is believed in vouches for its certificate.
    Untrusted,
    /// No pin names its certificate.
    Unpinned,
}

/// Whom a client talks to.
#[derive(Clone, Copy)]
pub(in crate::smtp) enum Trust<'a> {
    /// Anyone: encryption against onlookers, without knowing the peer (RFC 7435).
    Anyone,
    /// Anyone, but it is noted when these do not vouch for the peer.
    Noting(&'a TrustAnchors),
    /// Hosts whose certificate these vouch for.
    Anchored(&'a TrustAnchors),
    /// Hosts whose certificate is pinned.
    Pinned(&'a Dane),
}

/// What was wrong with a certificate that was let through.
pub(in crate::smtp) type Noted = Arc<OnceLock<TlsFault>>;

/// The client's side of one handshake.
pub(in crate::smtp) fn connector(trust: Trust<'_>) -> Result<(TlsConnector, Noted), Error> {
    let noted = Noted::default();
    let check = match trust {
        Trust::Anyone => Check::Nothing,
        Trust::Noting(anchors) => Check::Note(web_pki(&anchors.0)?, Arc::clone(&noted)),
        Trust::Anchored(anchors) => Check::Anchors(web_pki(&anchors.0)?),
        Trust::Pinned(dane) => Check::Pins(dane.clone()),
    };
    let provider = provider();
    let verifier = Arc::new(Verifier { check, provider: Arc::clone(&provider) });
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    Ok((Arc::new(config).into(), noted))
}

/// Verifies as the web does.
pub(super) fn web_pki(roots: &Arc<RootCertStore>) -> Result<Arc<WebPkiServerVerifier>, Error> {
    let builder = WebPkiServerVerifier::builder_with_provider(Arc::clone(roots), provider());
    builder.build().map_err(|error| Error::General(error.to_string()))
}

/// What a failed handshake says of the host.
pub(in crate::smtp) fn fault(error: &Error) -> TlsFault {
    match error {
        Error::InvalidCertificate(error) => match error {
            CertificateError::ApplicationVerificationFailure => TlsFault::Unpinned,
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => TlsFault::Expired,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                TlsFault::OtherName
            }
            _ => TlsFault::Untrusted,
        },
        Error::NoCertificatesPresented => TlsFault::Untrusted,
        _ => TlsFault::Handshake,
    }
}

/// What is asked of a certificate. The peer must hold its key in any case.
enum Check {
    Nothing,
    Note(Arc<WebPkiServerVerifier>, Noted),
    Anchors(Arc<WebPkiServerVerifier>),
    Pins(Dane),
}

struct Verifier {
    check: Check,
    provider: Arc<CryptoProvider>,
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").finish_non_exhaustive()
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let by = |verifier: &WebPkiServerVerifier| {
            verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        };
        match &self.check {
            Check::Nothing => Ok(ServerCertVerified::assertion()),
            Check::Anchors(verifier) => by(verifier),
            Check::Pins(dane) => dane.verify(end_entity, intermediates, now),
            Check::Note(verifier, noted) => {
                if let Err(error) = by(verifier) {
                    noted.get_or_init(|| fault(&error));
                }
                Ok(ServerCertVerified::assertion())
            }
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
