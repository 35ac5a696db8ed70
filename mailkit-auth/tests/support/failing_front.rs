//! A front of a DNS server that fails where a test wants it to.

use std::collections::HashSet;
use std::net::SocketAddr;

use hickory_server::proto::ProtoError;
use hickory_server::proto::op::{Message, ResponseCode};
use hickory_server::proto::rr::LowerName;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpStream, UdpSocket};

use crate::dns_server::bind;

/// Passes everything on to `server`. Where it has no record of a name that is `failing`, the answer becomes SERVFAIL, as
/// from a resolver whose own questions time out. It stops with the runtime.
pub(crate) async fn start(
    server: SocketAddr,
    failing: HashSet<LowerName>,
) -> std::io::Result<SocketAddr> {
    let (address, tcp, udp) = bind().await?;
    tokio::spawn(async move {
        let mut octets = [0; 4096];
        loop {
            let (length, client) = udp.recv_from(&mut octets).await?;
            let answer = ask(server, &octets[..length]).await?;
            // What cannot be read here is for the client to judge.
            let answer = fail(&answer, &failing).ok().flatten().unwrap_or(answer);
            udp.send_to(&answer, client).await?;
        }
        #[expect(unreachable_code, reason = "it gives the block its type")]
        std::io::Result::Ok(())
    });
    tokio::spawn(async move {
        while let (Ok((mut client, _)), Ok(mut server)) =
            (tcp.accept().await, TcpStream::connect(server).await)
        {
            tokio::spawn(async move { copy_bidirectional(&mut client, &mut server).await });
        }
    });
    Ok(address)
}

async fn ask(server: SocketAddr, query: &[u8]) -> std::io::Result<Vec<u8>> {
    let socket = UdpSocket::bind("127.0.0.1:0").await?;
    socket.send_to(query, server).await?;
    let mut answer = vec![0; 4096];
    let length = socket.recv(&mut answer).await?;
    answer.truncate(length);
    Ok(answer)
}

/// The failure in place of this answer, if it is about a failing name and brings nothing.
fn fail(answer: &[u8], failing: &HashSet<LowerName>) -> Result<Option<Vec<u8>>, ProtoError> {
    let mut answer = Message::from_vec(answer)?;
    let about = |query: &hickory_server::proto::op::Query| failing.contains(&query.name().into());
    if !answer.answers.is_empty() || answer.metadata.truncation || !answer.queries.iter().any(about)
    {
        return Ok(None);
    }
    answer.metadata.response_code = ResponseCode::ServFail;
    answer.authorities.clear();
    answer.to_vec().map(Some)
}
