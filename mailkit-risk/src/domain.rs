//! Host names: normal form, owner, parts, and punycode.

/// Lower case, without white space around and without the dot of the root.
pub(crate) fn normalise(host: &str) -> String {
    host.trim().trim_end_matches('.').to_lowercase()
}

/// The registrable domain (one label below the public suffix), or the whole name where there is none.
pub(crate) fn registrable(host: &str) -> &str {
    psl::domain_str(host).unwrap_or(host)
}

/// Whether two names belong to the same registrant. Both are in normal form.
pub(crate) fn same_owner(one: &str, other: &str) -> bool {
    registrable(one) == registrable(other)
}

/// Whether the name ends in a suffix of the Public Suffix List, rather than in any word after a dot.
pub(crate) fn has_known_suffix(host: &str) -> bool {
    psl::suffix(host.as_bytes())
        .is_some_and(|suffix| suffix.is_known() && suffix.as_bytes().len() < host.len())
}

/// The domain of an address, in normal form, if it looks like one.
pub(crate) fn of_address(address: &str) -> Option<String> {
    let (local, host) = address.rsplit_once('@')?;
    let host = normalise(host);
    (!local.is_empty() && is_host(&host)).then_some(host)
}

/// Letters, digits, hyphens and dots, with no empty label; any letter counts, because U-labels arrive too.
pub(crate) fn is_host(host: &str) -> bool {
    host.len() <= 253
        && host.split('.').all(|label| !label.is_empty() && label.chars().all(is_host_char))
}

pub(crate) fn is_host_char(c: char) -> bool {
    c.is_alphanumeric() || c == '-' || c == '_'
}

/// The name with its A-labels (`xn--…`) decoded; a label that does not decode stays.
pub(crate) fn to_unicode(host: &str) -> String {
    let labels: Vec<String> = host.split('.').map(label_to_unicode).collect();
    labels.join(".")
}

fn label_to_unicode(label: &str) -> String {
    let decoded = label.strip_prefix("xn--").and_then(decode_punycode);
    decoded.unwrap_or_else(|| label.to_owned())
}

/// RFC 3492 section 6.2.
fn decode_punycode(input: &str) -> Option<String> {
    let (basic, extended) = input.rsplit_once('-').unwrap_or(("", input));
    let mut output: Vec<char> = basic.chars().collect();
    let (mut n, mut i, mut bias) = (128_u32, 0_u32, 72_u32);
    let mut digits = extended.bytes();
    while digits.len() > 0 && output.len() < 64 {
        let start = i;
        i = decode_delta(&mut digits, i, bias)?;
        let length = u32::try_from(output.len()).ok()?.checked_add(1)?;
        bias = adapt(i - start, length, start == 0);
        n = n.checked_add(i / length)?;
        i %= length;
        output.insert(usize::try_from(i).ok()?, char::from_u32(n)?);
        i += 1;
    }
    Some(output.into_iter().collect())
}

fn decode_delta(digits: &mut impl Iterator<Item = u8>, start: u32, bias: u32) -> Option<u32> {
    let (mut i, mut weight, mut k) = (start, 1_u32, 36_u32);
    loop {
        let digit = punycode_digit(digits.next()?)?;
        i = i.checked_add(digit.checked_mul(weight)?)?;
        let threshold = k.saturating_sub(bias).clamp(1, 26);
        if digit < threshold {
            return Some(i);
        }
        weight = weight.checked_mul(36 - threshold)?;
        k += 36;
    }
}

fn punycode_digit(byte: u8) -> Option<u32> {
    match byte {
        b'a'..=b'z' => Some(u32::from(byte - b'a')),
        b'0'..=b'9' => Some(u32::from(byte - b'0') + 26),
        _ => None,
    }
}

/// RFC 3492 section 6.1.
fn adapt(delta: u32, length: u32, first: bool) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta += delta / length;
    let mut k = 0;
    while delta > 455 {
        delta /= 35;
        k += 36;
    }
    k + 36 * delta / (delta + 38)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn decodes_a_labels() {
        for (input, expected) in [
            ("xn--bcher-kva.example", "bücher.example"),
            ("xn--80ak6aa92e.com", "аррӏе.com"),
            ("xn--fiqs8s", "中国"),
            ("xn--!!", "xn--!!"),
            ("plain.example", "plain.example"),
        ] {
            assert_eq!(to_unicode(input), expected);
        }
    }

    #[test]
    fn finds_the_domain_of_an_address() {
        for (input, expected) in [
            ("ann@Acme.Example.", Some("acme.example")),
            ("ann@acme..example", None),
            ("ann", None),
            ("@acme.example", None),
            ("a@b@acme.example", Some("acme.example")),
            ("ann@acme.example>", None),
        ] {
            assert_eq!(of_address(input).as_deref(), expected, "{input}");
        }
    }

    #[test]
    fn finds_the_owner_below_the_public_suffix() {
        assert_eq!(registrable("www.shop.co.uk"), "shop.co.uk");
        assert!(same_owner("a.shop.co.uk", "shop.co.uk"));
        assert!(!same_owner("a.co.uk", "b.co.uk"));
        assert!(has_known_suffix("shop.com"));
        assert!(!has_known_suffix("invoice.pdf"));
    }

    proptest! {
        #[test]
        fn no_name_panics(host in "(xn--)?[a-z0-9-]{0,80}(\\.\\PC{0,20})?") {
            let _ = to_unicode(&host);
            let _ = registrable(&host);
            let _ = of_address(&host);
        }
    }
}
