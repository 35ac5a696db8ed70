//! R2: what each outcome of a lookup means, and times to live that no resolver should send.

use super::*;

/// What a server says of a name, by its first label.
fn answer(query: &[u8]) -> Option<Vec<u8>> {
    let end = 12 + query.get(12..)?.iter().position(|&byte| byte == 0)? + 5;
    let label = query.get(13..13 + usize::from(*query.get(12)?))?;
    let is_mx = query.get(end - 4..end)? == [0, 15, 0, 1];
    let (code, ttl) = match label {
        b"silent" => return None,
        b"servfail" => (2, None),
        b"nxdomain" => (3, None),
        b"refused" => (5, None),
        b"ttl-zero" if is_mx => (0, Some(0)),
        b"ttl-sign" if is_mx => (0, Some(1 << 31)),
        b"ttl-most" if is_mx => (0, Some(u32::MAX)),
        b"answer" if is_mx => (0, Some(60)),
        _ => (0, None),
    };
    let count = u8::from(ttl.is_some());
    let mut reply = query.get(..2)?.to_vec();
    reply.extend([0x84, 0x80 | code, 0, 1, 0, count, 0, 0, 0, 0]);
    reply.extend(query.get(12..end)?);
    if let Some(ttl) = ttl {
        // The name asked for, MX, IN, and `10 mx.` before the name asked for.
        reply.extend([0xc0, 12, 0, 15, 0, 1]);
        reply.extend(u32::to_be_bytes(ttl));
        reply.extend([0, 7, 0, 10, 2, b'm', b'x', 0xc0, 12]);
    }
    Some(reply)
}

/// A server of its own, over UDP and TCP.
async fn scripted() -> MxResolver {
    let (udp, tcp) = sockets().await;
    let address = udp.local_addr().unwrap();
    tokio::spawn(async move {
        let mut buffer = [0; 2_048];
        loop {
            let Ok((length, from)) = udp.recv_from(&mut buffer).await else { continue };
            if let Some(reply) = buffer.get(..length).and_then(answer) {
                udp.send_to(&reply, from).await.unwrap();
            }
        }
    });
    // Nobody is home at TCP: who asks there is hung up on.
    tokio::spawn(async move { while tcp.accept().await.is_ok() {} });
    let resolver = MxResolver::with_name_servers(&[address]).unwrap();
    resolver.with_time_limit(Duration::from_secs(2))
}

#[tokio::test]
async fn r2_each_outcome_of_a_lookup() {
    let resolver = scripted().await;
    let failed = Err((ResolveErrorKind::LookupFailed, true));
    check(&resolver, "answer.example", Ok(&["10 mx.answer.example"])).await;
    // R3: only a name without MX is its own host.
    check(&resolver, "nodata.example", Ok(&["0 nodata.example"])).await;
    check(&resolver, "nxdomain.example", Err((ResolveErrorKind::NoSuchDomain, false))).await;
    check(&resolver, "servfail.example", failed).await;
    check(&resolver, "refused.example", failed).await;
    check(&resolver, "silent.example", Err((ResolveErrorKind::TimedOut, true))).await;
}

#[tokio::test]
async fn absurd_times_to_live_are_read() {
    let resolver = scripted().await;
    for label in ["ttl-zero", "ttl-sign", "ttl-most"] {
        let expected = format!("10 mx.{label}.example");
        // Twice, so that a cache has its say.
        for _ in 0..2 {
            check(&resolver, &format!("{label}.example"), Ok(&[&expected])).await;
        }
    }
}

#[tokio::test]
async fn r1_an_alias_is_followed_and_a_circle_of_them_is_a_failed_lookup() {
    let (resolver, _server) = serve().await;
    let two = ["10 mx1.example 203.0.113.1 2001:db8::1", "20 mx2.example 203.0.113.2"];
    check(&resolver, "alias.example", Ok(&two)).await;
    check(&resolver, "twice.example", Ok(&two)).await;
    check(&resolver, "loop.example", Err((ResolveErrorKind::LookupFailed, true))).await;
    check(&resolver, "self.example", Err((ResolveErrorKind::LookupFailed, true))).await;
}

#[tokio::test]
async fn r8_a_target_that_is_an_alias_is_followed_and_one_that_is_an_address_is_not_used() {
    let (resolver, _server) = serve().await;
    let alias = ["10 alias-host.example 203.0.113.1 2001:db8::1"];
    check(&resolver, "target.example", Ok(&alias)).await;
    check(&resolver, "literal.example", Ok(&[])).await;
}
