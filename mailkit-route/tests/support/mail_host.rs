//! Mail hosts on the loopback address that play a script, well or badly.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpListener,
    task::JoinHandle,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        RootCertStore, ServerConfig,
        client::WebPkiServerVerifier,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
};

/// What a host does next. After the last one it closes the connection.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Act {
    /// Says this as it stands.
    Say(&'static str),
    /// Says this ten million times over.
    Flood(&'static str),
    /// Reads a line.
    Hear,
    /// Waits so many milliseconds.
    Wait(u64),
    /// Takes part in a handshake, with one of the certificates.
    Shake(Identity),
}

/// Which certificate of `probe_hosts.pem` a host has.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Identity {
    Good = 1,
    Expired = 2,
    SelfSigned = 3,
}

pub(crate) const GREETING: &str = "220 mx.example ESMTP\r\n";
pub(crate) const OFFERS: &str = "250-mx.example hello\r\n250-SIZE 1000\r\n250 STARTTLS\r\n";

/// Plays the script for one client; the handle gives the lines that were heard.
pub(crate) async fn play(script: &[Act]) -> (SocketAddr, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let script = script.to_vec();
    let heard = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut heard = Vec::new();
        let mut stream = BufReader::new(stream);
        let Some((identity, rest)) = act(&mut stream, &script, &mut heard).await else {
            return heard;
        };
        if let Ok(stream) = acceptor(identity).accept(stream).await {
            act(&mut BufReader::new(stream), rest, &mut heard).await;
        }
        heard
    });
    (address, heard)
}

/// Plays until the handshake, or to the end. A client that goes away is no fault of the host.
async fn act<'a, S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufReader<S>,
    script: &'a [Act],
    heard: &mut Vec<String>,
) -> Option<(Identity, &'a [Act])> {
    for (number, act) in script.iter().enumerate() {
        match *act {
            Act::Say(text) => stream.write_all(text.as_bytes()).await.ok()?,
            Act::Flood(text) => {
                let block = text.repeat(1_000);
                for _ in 0..10_000 {
                    stream.write_all(block.as_bytes()).await.ok()?;
                }
            }
            Act::Hear => {
                let mut line = String::new();
                stream.read_line(&mut line).await.ok()?;
                heard.push(line.trim_end().to_owned());
            }
            Act::Wait(milliseconds) => {
                stream.flush().await.ok()?;
                tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            }
            Act::Shake(identity) => {
                return Some((identity, script.get(number + 1..).unwrap_or_default()));
            }
        }
        stream.flush().await.ok()?;
    }
    None
}

fn acceptor(identity: Identity) -> TlsAcceptor {
    let own = certificates().swap_remove(identity as usize);
    let key = PrivateKeyDer::from_pem_slice(PEM.as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own], key)
        .unwrap();
    Arc::new(config).into()
}

/// Trusts the first certificate alone.
pub(crate) fn verifier() -> Arc<WebPkiServerVerifier> {
    let mut roots = RootCertStore::empty();
    roots.add(certificates().swap_remove(0)).unwrap();
    let provider = Arc::new(aws_lc_rs::default_provider());
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap()
}

fn certificates() -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(PEM.as_bytes()).collect::<Result<_, _>>().unwrap()
}

const PEM: &str = include_str!("../data/probe_hosts.pem");
