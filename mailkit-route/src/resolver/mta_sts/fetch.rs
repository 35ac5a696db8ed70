//! The HTTPS request for a policy, within its limits (RFC 8461 section 3.3).

use std::{fmt, io, net::IpAddr, sync::Arc, time::Duration};

use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::{
    Request, Response, StatusCode,
    body::Incoming,
    client::conn::http1,
    header::{ACCEPT, CONNECTION, CONTENT_TYPE, HOST},
};
use hyper_util::rt::TokioIo;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::{net::TcpStream, task::JoinSet};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{self, ClientConfig, RootCertStore, crypto::aws_lc_rs, pki_types::ServerName},
};

use crate::{
    Domain, Limits, SpecialAddresses,
    resolver::{MxResolver, ResolveError, ResolveErrorKind},
    special::is_special,
    tls_policy::{FetchFailure, MtaStsAnswer, MtaStsPolicy, MtaStsQuestion},
};

/// Answers the questions of an [`MtaStsLookup`](crate::tls_policy::MtaStsLookup) over DNS and HTTPS.
///
/// A policy counts when it comes with status 200 as `text/plain`, without redirect, from a host whose
/// certificate is valid for its name, with at most 64 KiB and within 60 seconds. Only HTTP/1.1 is
/// spoken, without cookies, proxies and compression.
#[derive(Clone)]
pub struct PolicyFetcher {
    resolver: MxResolver,
    tls: TlsConnector,
    port: u16,
    special_addresses: SpecialAddresses,
    time_limit: Duration,
}

impl PolicyFetcher {
    /// A fetcher that trusts the certificate authorities of the system.
    ///
    /// # Errors
    /// When the system has none.
    pub fn new(resolver: MxResolver) -> Result<Self, ResolveError> {
        let settings = |error: rustls::Error| ResolveError::new(ResolveErrorKind::Settings, error);
        let tls = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(BuilderVerifierExt::with_platform_verifier)
            .map_err(settings)?;
        Ok(Self::with_tls(resolver, tls.with_no_client_auth()))
    }

    /// A fetcher that trusts these certificate authorities alone, each a certificate in DER.
    ///
    /// # Errors
    /// When one is no certificate.
    pub fn with_roots(
        resolver: MxResolver,
        roots: impl IntoIterator<Item = Vec<u8>>,
    ) -> Result<Self, ResolveError> {
        let settings = |error: rustls::Error| ResolveError::new(ResolveErrorKind::Settings, error);
        let mut store = RootCertStore::empty();
        for root in roots {
            store.add(root.into()).map_err(settings)?;
        }
        let tls = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(settings)?
            .with_root_certificates(store);
        Ok(Self::with_tls(resolver, tls.with_no_client_auth()))
    }

    fn with_tls(resolver: MxResolver, mut tls: ClientConfig) -> Self {
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        let tls = TlsConnector::from(Arc::new(tls));
        let (special_addresses, time_limit) = (SpecialAddresses::Refuse, Duration::from_secs(60));
        Self { resolver, tls, port: 443, special_addresses, time_limit }
    }

    /// Connects to another port than 443. The standard knows no other; a test needs one.
    #[must_use]
    pub fn with_port(self, port: u16) -> Self {
        Self { port, ..self }
    }

    /// Whether to connect to addresses that can be nobody's policy host; they are refused by default.
    #[must_use]
    pub fn with_special_addresses(self, special_addresses: SpecialAddresses) -> Self {
        Self { special_addresses, ..self }
    }

    /// Gives up on a policy host after this time, 60 seconds by default (RFC 8461 section 3.3).
    #[must_use]
    pub fn with_time_limit(self, time_limit: Duration) -> Self {
        Self { time_limit, ..self }
    }

    /// The answer to one question.
    pub async fn answer(&self, question: &MtaStsQuestion) -> MtaStsAnswer {
        match question {
            MtaStsQuestion::Record { name } => self.resolver.mta_sts_record(name).await,
            MtaStsQuestion::Policy { host } => match self.fetch(host).await {
                Ok(text) => MtaStsAnswer::Policy(text),
                Err(failure) => MtaStsAnswer::FetchFailed(failure),
            },
        }
    }

    /// The text at `https://<host>/.well-known/mta-sts.txt`.
    ///
    /// # Errors
    /// When there is none that counts. The next address is tried only where one cannot be reached, or does
    /// not answer within a sixth of the time.
    pub async fn fetch(&self, host: &str) -> Result<String, FetchFailure> {
        let text = tokio::time::timeout(self.time_limit, self.fetch_from_any(host)).await;
        text.unwrap_or(Err(FetchFailure::TimedOut))
    }

    async fn fetch_from_any(&self, host: &str) -> Result<String, FetchFailure> {
        let name: Domain = host.parse().map_err(|_| FetchFailure::Unreachable)?;
        let refuses = self.special_addresses == SpecialAddresses::Refuse;
        let mut addresses = self.resolver.addresses_of(name).await;
        addresses.retain(|address| !(refuses && is_special(*address)));
        for address in addresses.into_iter().take(Limits::HOST_ADDRESSES) {
            match self.fetch_from(host, address).await {
                Err(FetchFailure::Unreachable) => {}
                result => return result,
            }
        }
        Err(FetchFailure::Unreachable)
    }

    async fn fetch_from(&self, host: &str, address: IpAddr) -> Result<String, FetchFailure> {
        let stream = self.connect(host, address).await?;
        let mut builder = http1::Builder::new();
        builder.max_buf_size(MAX_HEAD).max_headers(MAX_HEADERS);
        let (mut sender, connection) =
            builder.handshake(TokioIo::new(stream)).await.map_err(unreachable)?;
        // The connection ends with the set, whatever happens here.
        let mut tasks = JoinSet::new();
        tasks.spawn(connection);
        let request = request(host).map_err(unreachable)?;
        read(sender.send_request(request).await.map_err(unreachable)?).await
    }

    async fn connect(
        &self,
        host: &str,
        address: IpAddr,
    ) -> Result<TlsStream<TcpStream>, FetchFailure> {
        let name = ServerName::try_from(host.to_owned()).map_err(unreachable)?;
        let stream = TcpStream::connect((address, self.port));
        let stream =
            tokio::time::timeout(self.time_limit / 6, stream).await.map_err(unreachable)?;
        let stream = stream.map_err(unreachable)?;
        self.tls.connect(name, stream).await.map_err(|error| of_handshake(&error))
    }
}

impl fmt::Debug for PolicyFetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicyFetcher").field("port", &self.port).finish_non_exhaustive()
    }
}

fn request(host: &str) -> Result<Request<String>, hyper::http::Error> {
    Request::get("/.well-known/mta-sts.txt")
        .header(HOST, host)
        .header(ACCEPT, "text/plain")
        .header(CONNECTION, "close")
        .body(String::new())
}

async fn read(response: Response<Incoming>) -> Result<String, FetchFailure> {
    match response.status() {
        StatusCode::OK => {}
        status if status.is_redirection() => return Err(FetchFailure::Redirect),
        status => return Err(FetchFailure::Status(status.as_u16())),
    }
    if !is_plain_text(&response) {
        return Err(FetchFailure::ContentType);
    }
    let body = Limited::new(response.into_body(), MtaStsPolicy::MAX_BYTES).collect().await;
    let body = body.map_err(|error| match error.is::<LengthLimitError>() {
        true => FetchFailure::TooLong,
        false => FetchFailure::Unreachable,
    })?;
    String::from_utf8(body.to_bytes().to_vec()).map_err(|_| FetchFailure::NotText)
}

/// Whether the media type is `text/plain`, with any parameters.
fn is_plain_text(response: &Response<Incoming>) -> bool {
    let value = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = value.and_then(|value| value.split(';').next());
    media_type.is_some_and(|it| it.trim().eq_ignore_ascii_case("text/plain"))
}

fn of_handshake(error: &io::Error) -> FetchFailure {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match inner {
        Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented) => {
            FetchFailure::Certificate
        }
        _ => FetchFailure::Unreachable,
    }
}

fn unreachable<E>(_: E) -> FetchFailure {
    FetchFailure::Unreachable
}

/// Octets of the status line and the header, which carry nothing we need but a status and a type.
const MAX_HEAD: usize = 16 * 1024;
/// Fields of the header.
const MAX_HEADERS: usize = 64;
