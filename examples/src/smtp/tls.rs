//! Certificates for the server, trust for the client. The crypto provider is always named, never the process default.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{RootCertStore, ServerConfig};
use tokio_rustls::TlsAcceptor;

use super::host_name::HostName;

mod dane;
mod verify;

pub use self::dane::{CertificatePin, Dane};
pub use self::verify::TlsFault;
pub(super) use self::verify::{Trust, connector, fault};

/// A certificate chain and its private key.
#[derive(Debug)]
pub struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl Identity {
    /// Reads a PEM certificate chain, the host's own first, and a PEM private key.
    ///
    /// # Errors
    /// When a file cannot be read or holds no certificate or key; the error names the file.
    pub fn from_pem_files(chain: &Path, key: &Path) -> Result<Self, TlsError> {
        let key_der =
            PrivateKeyDer::from_pem_file(key).map_err(|source| TlsError::in_file(key, source))?;
        Ok(Self { chain: certificates(chain)?, key: key_der })
    }

    /// Makes a self-signed certificate: enough for opportunistic TLS (RFC 7435), not for a client that verifies.
    ///
    /// ```
    /// use mailkit_examples::smtp::Identity;
    ///
    /// let identity = Identity::self_signed(&"mx.example.com".parse()?)?;
    /// assert!(identity.acceptor().is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the host name cannot stand in a certificate.
    pub fn self_signed(host_name: &HostName) -> Result<Self, TlsError> {
        let made = rcgen::generate_simple_self_signed([host_name.to_string()])
            .map_err(TlsError::Generate)?;
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()).into();
        Ok(Self { chain: vec![made.cert.der().clone()], key })
    }

    /// The server's side of handshakes with this identity.
    ///
    /// # Errors
    /// When the key does not belong to the certificate, or is of a kind that TLS does not know.
    pub fn acceptor(self) -> Result<TlsAcceptor, TlsError> {
        let config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .and_then(|builder| {
                builder.with_no_client_auth().with_single_cert(self.chain, self.key)
            })
            .map_err(TlsError::Refused)?;
        Ok(Arc::new(config).into())
    }

    /// Anchors that trust this identity and no other.
    ///
    /// # Errors
    /// When the certificate cannot be one.
    pub fn trust_anchors(&self) -> Result<TrustAnchors, TlsError> {
        TrustAnchors::new(self.chain.iter().take(1).cloned())
    }
}

/// The certificates a client believes in.
#[derive(Debug, Clone)]
pub struct TrustAnchors(Arc<RootCertStore>);

impl TrustAnchors {
    /// Reads PEM certificates, such as the system's `ca-certificates.crt`.
    ///
    /// # Errors
    /// When the file cannot be read, or holds no certificate; the error names the file.
    pub fn from_pem_file(path: &Path) -> Result<Self, TlsError> {
        Self::new(certificates(path)?)
    }

    /// Nobody: no certificate is believed in.
    #[must_use]
    pub fn none() -> Self {
        Self(Arc::new(RootCertStore::empty()))
    }

    /// Those of this system.
    ///
    /// # Errors
    /// When it has none.
    pub fn system() -> Result<Self, TlsError> {
        let found = rustls_native_certs::load_native_certs();
        let mut roots = RootCertStore::empty();
        if roots.add_parsable_certificates(found.certs).0 == 0 {
            return Err(TlsError::NoAuthorities);
        }
        Ok(Self(Arc::new(roots)))
    }

    /// The PEM certificates of a file, in DER.
    ///
    /// # Errors
    /// As [`from_pem_file`](Self::from_pem_file).
    pub fn read(path: &Path) -> Result<Vec<Vec<u8>>, TlsError> {
        Ok(certificates(path)?.into_iter().map(|it| it.to_vec()).collect())
    }

    fn new(
        certificates: impl IntoIterator<Item = CertificateDer<'static>>,
    ) -> Result<Self, TlsError> {
        let mut roots = RootCertStore::empty();
        for certificate in certificates {
            roots.add(certificate).map_err(TlsError::Refused)?;
        }
        Ok(Self(Arc::new(roots)))
    }
}

/// Why TLS cannot be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// No self-signed certificate could be made.
    #[error("cannot make a certificate")]
    Generate(#[source] rcgen::Error),
    /// The system has no certificate of an authority.
    #[error("this system has no certificate authorities")]
    NoAuthorities,
    /// A PEM file cannot be read, or does not hold what was looked for.
    #[error("cannot use the PEM file {}", path.display())]
    Pem {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: pem::Error,
    },
    /// The certificate or the key is not usable.
    #[error("the certificate or its key is refused")]
    Refused(#[source] rustls::Error),
}

impl TlsError {
    fn in_file(path: &Path, source: pem::Error) -> Self {
        Self::Pem { path: path.to_owned(), source }
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match read {
        Ok(chain) if chain.is_empty() => Err(TlsError::in_file(path, pem::Error::NoItemsFound)),
        other => other.map_err(|source| TlsError::in_file(path, source)),
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;
    use std::fs;

    use super::*;

    #[test]
    fn pem_files() {
        let folder = tempfile::tempdir().expect("a folder");
        let made = rcgen::generate_simple_self_signed(["mx.example.com".to_owned()])
            .expect("a certificate");
        let [chain, key, other] =
            ["chain.pem", "key.pem", "missing.pem"].map(|name| folder.path().join(name));
        fs::write(&chain, made.cert.pem()).expect("written");
        fs::write(&key, made.signing_key.serialize_pem()).expect("written");

        assert!(Identity::from_pem_files(&chain, &key).and_then(Identity::acceptor).is_ok());
        assert!(TrustAnchors::from_pem_file(&chain).is_ok());
        for (chain, key, culprit) in
            [(&key, &key, &key), (&chain, &chain, &chain), (&chain, &other, &other)]
        {
            let error = Identity::from_pem_files(chain, key).expect_err("refused");
            assert_eq!(error.to_string(), format!("cannot use the PEM file {}", culprit.display()));
            assert!(error.source().is_some());
        }
    }

    #[test]
    fn a_key_of_another_certificate_is_refused() {
        let [first, second] = ["a.example", "b.example"].map(|name| {
            Identity::self_signed(&name.parse().expect("a name")).expect("an identity")
        });
        let mixed = Identity { chain: first.chain, key: second.key };
        assert!(matches!(mixed.acceptor(), Err(TlsError::Refused(_))));
    }
}
