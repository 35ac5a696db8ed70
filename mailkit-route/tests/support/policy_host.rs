//! An HTTPS server that plays many policy hosts; each name has its own fault.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
        server::{ClientHello, ResolvesServerCert},
        sign::CertifiedKey,
    },
};

pub(crate) const POLICY: &str =
    "version: STSv1\r\nmode: enforce\r\nmx: mx.ok.example\r\nmax_age: 604800\r\n";

/// The hosts `mta-sts.<case>.example`.
pub(crate) const CASES: [&str; 20] = [
    "ok", "chunked", "typed", "full", "redirect", "missing", "failing", "empty", "html", "untyped",
    "long", "endless", "latin", "short", "slow", "garbage", "fields", "expired", "other",
    "stranger",
];

/// What each host answers.
fn response(case: &str) -> Vec<u8> {
    let head = |status: &str, fields: &str| format!("HTTP/1.1 {status}\r\n{fields}\r\n");
    let plain = |length: usize| {
        head("200 OK", &format!("Content-Type: text/plain\r\nContent-Length: {length}\r\n"))
    };
    let whole = |text: &str| plain(text.len()) + text;
    match case {
        "chunked" => {
            let fields = "Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n";
            let (front, back) = POLICY.split_at(20);
            let chunk = |text: &str| format!("{:x}\r\n{text}\r\n", text.len());
            head("200 OK", fields) + &chunk(front) + &chunk(back) + "0\r\n\r\n"
        }
        "typed" => {
            let fields = format!(
                "content-type:TEXT/Plain ; charset=utf-8\r\nContent-Length: {}\r\n",
                POLICY.len()
            );
            head("200 OK", &fields) + POLICY
        }
        "full" => whole(&"x".repeat(65_536)),
        "redirect" => head(
            "301 Moved Permanently",
            "Location: https://mta-sts.ok.example/.well-known/mta-sts.txt\r\nContent-Length: 0\r\n",
        ),
        "missing" => head("404 Not Found", "Content-Type: text/plain\r\nContent-Length: 0\r\n"),
        "failing" => head("500 Internal Server Error", "Content-Length: 0\r\n"),
        "empty" => head("204 No Content", ""),
        "html" => {
            head(
                "200 OK",
                &format!("Content-Type: text/html\r\nContent-Length: {}\r\n", POLICY.len()),
            ) + POLICY
        }
        "untyped" => head("200 OK", &format!("Content-Length: {}\r\n", POLICY.len())) + POLICY,
        "long" => whole(&"x".repeat(65_537)),
        "endless" => head("200 OK", "Content-Type: text/plain\r\n") + &"x".repeat(200_000),
        "latin" => return [plain(1).as_bytes(), &[0xff]].concat(),
        "short" => plain(POLICY.len() + 1) + POLICY,
        "garbage" => POLICY.to_owned(),
        "fields" => head("200 OK", &"x: y\r\n".repeat(10_000)),
        _ => whole(POLICY),
    }
    .into_bytes()
}

/// The server; it stops with the runtime of its test.
pub(crate) struct PolicyHosts {
    address: SocketAddr,
    requests: Arc<AtomicUsize>,
}

impl PolicyHosts {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(AtomicUsize::new(0));
        let (acceptor, count) =
            (TlsAcceptor::from(Arc::new(server_config())), Arc::clone(&requests));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(acceptor.clone(), stream, Arc::clone(&count)));
            }
        });
        Self { address, requests }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Requests that came over TLS.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

/// A client that gives up closes the connection, which is no fault of the server.
async fn serve(acceptor: TlsAcceptor, stream: TcpStream, requests: Arc<AtomicUsize>) {
    let Ok(mut stream) = acceptor.accept(stream).await else { return };
    let host = stream.get_ref().1.server_name().unwrap().to_owned();
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut octet = [0];
        if stream.read_exact(&mut octet).await.is_err() {
            return;
        }
        request.extend(octet);
    }
    requests.fetch_add(1, Ordering::SeqCst);
    let request = String::from_utf8(request).unwrap().to_ascii_lowercase();
    assert!(request.starts_with("get /.well-known/mta-sts.txt http/1.1\r\n"), "{request}");
    assert!(request.contains(&format!("\r\nhost: {host}\r\n")), "{request}");
    let case = host.split('.').nth(1).unwrap();
    if case == "slow" {
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
    let _ = stream.write_all(&response(case)).await;
    let _ = stream.shutdown().await;
}

const PEM: &str = include_str!("../data/policy_hosts.pem");

fn certificates() -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(PEM.as_bytes()).collect::<Result<_, _>>().unwrap()
}

/// The certificate that the good ones are made with.
pub(crate) fn root() -> Vec<u8> {
    certificates().swap_remove(0).to_vec()
}

fn server_config() -> ServerConfig {
    ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(ByName::new()))
}

/// Chooses the certificate by the name that the client asks for.
#[derive(Debug)]
struct ByName {
    good: Arc<CertifiedKey>,
    expired: Arc<CertifiedKey>,
    stranger: Arc<CertifiedKey>,
}

impl ByName {
    fn new() -> Self {
        let certificates = certificates();
        let key = |index: usize| {
            let key = PrivateKeyDer::from_pem_slice(PEM.as_bytes()).unwrap();
            let key = aws_lc_rs::sign::any_supported_type(&key).unwrap();
            Arc::new(CertifiedKey::new(certificates.get(index).cloned().into_iter().collect(), key))
        };
        Self { good: key(1), expired: key(2), stranger: key(3) }
    }
}

impl ResolvesServerCert for ByName {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(match hello.server_name()? {
            "mta-sts.expired.example" => &self.expired,
            "mta-sts.stranger.example" => &self.stranger,
            _ => &self.good,
        }))
    }
}
