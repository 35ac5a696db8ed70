//! The line that separates the parts of a multipart mail.

/// A boundary that depends on the Message-ID alone, unless one of the bodies contains it. `=_` stands in neither
/// quoted-printable nor base64 text, so only a body sent as it is can contain it at all (RFC 2045 section 6.7).
pub(super) fn boundary(message_id: &str, bodies: [&str; 2]) -> String {
    let hash = fnv1a(message_id.as_bytes());
    let mut attempt = 0_u64;
    loop {
        let candidate = format!("=_{hash:016x}_{attempt}");
        // Each body holds finitely many candidates, so this ends.
        if !bodies.iter().any(|body| body.contains(&candidate)) {
            return candidate;
        }
        attempt += 1;
    }
}

/// FNV-1a: the same on every machine and in every release, which a hash of the standard library does not promise.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boundaries_stay_out_of_the_bodies() {
        #[track_caller]
        fn check(id: &str, text: &str, expected: &str) {
            assert_eq!(boundary(id, [text, ""]), expected);
        }
        check("", "", "=_cbf29ce484222325_0");
        check("a", "", "=_af63dc4c8601ec8c_0");
        check("a", "\n--=_af63dc4c8601ec8c_0--", "=_af63dc4c8601ec8c_1");
    }
}
