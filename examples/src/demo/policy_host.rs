//! The MTA-STS policy of one customer, over HTTPS on loopback.

use std::error::Error;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::smtp::Identity;

/// The names of the customer's certificate: its mail host and its policy host.
pub(super) const NAMES: [&str; 2] = ["mx.brightmart.example", "mta-sts.brightmart.example"];

/// Serves the policy until it is dropped.
pub(super) struct PolicyHost {
    pub(super) address: SocketAddr,
    serving: JoinHandle<()>,
}

impl PolicyHost {
    pub(super) async fn start(
        certificate: &Certificate,
    ) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let (address, acceptor) = (listener.local_addr()?, certificate.identity()?.acceptor()?);
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(acceptor.clone(), stream));
            }
        });
        Ok(Self { address, serving })
    }
}

impl Drop for PolicyHost {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// A client that gives up closes the connection, which is no fault of the host.
async fn answer(acceptor: TlsAcceptor, stream: TcpStream) {
    let Ok(mut stream) = acceptor.accept(stream).await else { return };
    let _ = stream.read(&mut [0; 4096]).await;
    let fields = format!("Content-Type: text/plain\r\nContent-Length: {}\r\n", POLICY.len());
    let response = format!("HTTP/1.1 200 OK\r\n{fields}\r\n{POLICY}");
    let _ = stream.write_all(response.as_bytes()).await;
    let _ = stream.shutdown().await;
}

/// A certificate of its own making, which the gateway of the demonstration believes in.
pub(super) struct Certificate {
    pub(super) chain: PathBuf,
    key: PathBuf,
}

impl Certificate {
    pub(super) fn make(directory: &Path) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let made = rcgen::generate_simple_self_signed(NAMES.map(ToOwned::to_owned))?;
        let [chain, key] = ["brightmart.pem", "brightmart.key"].map(|name| directory.join(name));
        fs::write(&chain, made.cert.pem())?;
        fs::write(&key, made.signing_key.serialize_pem())?;
        Ok(Self { chain, key })
    }

    pub(super) fn identity(&self) -> Result<Identity, Box<dyn Error + Send + Sync>> {
        Ok(Identity::from_pem_files(&self.chain, &self.key)?)
    }
}

const POLICY: &str =
    "version: STSv1\r\nmode: enforce\r\nmx: mx.brightmart.example\r\nmax_age: 604800\r\n";
