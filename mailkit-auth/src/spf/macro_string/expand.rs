//! What macros stand for, and what is made of it (RFC 7208 section 7.3).

use std::borrow::Cow;
use std::net::IpAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use super::{Macro, Part, parts};
use crate::domain::MAX_OCTETS;
use crate::lookup::Name;

/// The facts about a mail that macros stand for.
#[derive(Clone, Debug)]
pub(crate) struct Facts<'r> {
    pub(crate) client_ip: IpAddr,
    pub(crate) helo: &'r str,
    pub(crate) local_part: &'r str,
    pub(crate) sender_domain: &'r str,
    pub(crate) receiver: Option<&'r str>,
    pub(crate) now: Option<SystemTime>,
}

impl Facts<'_> {
    /// Replaces every macro. `None` if the text is broken, or if its literals and the values of its
    /// macros, before they are cut to the labels asked for, exceed [`MAX_EXPANSION`].
    pub(crate) fn expand(&self, text: &str, domain: &Name, validated: &str) -> Option<String> {
        let mut expanded = String::new();
        let mut work = 0;
        for part in parts(text) {
            match part.ok()?.1 {
                Part::Literal(literal) => expanded.push_str(literal),
                Part::Escape(value) => expanded.push_str(value),
                Part::Macro(macro_) => {
                    let value = self.value(macro_.letter, domain, validated);
                    work += value.len();
                    // Before anything is made of a value that a stranger chose.
                    if work > MAX_EXPANSION {
                        return None;
                    }
                    macro_.transform(&value, &mut expanded);
                }
            }
            if expanded.len() > MAX_EXPANSION {
                return None;
            }
        }
        Some(expanded)
    }

    fn value<'a>(&'a self, letter: char, domain: &'a Name, validated: &'a str) -> Cow<'a, str> {
        match letter {
            's' => self.sender(),
            'l' => self.local_part.into(),
            'o' => self.sender_domain.into(),
            'd' => domain.as_str().into(),
            'i' => dotted(self.client_ip).into(),
            'p' => validated.into(),
            'v' => if self.client_ip.is_ipv4() { "in-addr" } else { "ip6" }.into(),
            'h' => self.helo.into(),
            'c' => self.client_ip.to_string().into(),
            'r' => self.receiver.unwrap_or(UNKNOWN).into(),
            _ => self.timestamp().into(),
        }
    }

    /// The sender, for `s`; of one beyond all limits the local part, which shows that.
    fn sender(&self) -> Cow<'_, str> {
        match self.local_part.len() > MAX_EXPANSION {
            true => self.local_part.into(),
            false => format!("{}@{}", self.local_part, self.sender_domain).into(),
        }
    }

    /// Seconds since 1970, for `t`.
    fn timestamp(&self) -> String {
        let since = self.now.and_then(|now| now.duration_since(UNIX_EPOCH).ok());
        since.map_or_else(|| UNKNOWN.to_owned(), |since| since.as_secs().to_string())
    }
}

/// What a domain-spec names without regard to the mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fixed {
    /// The name, the same for every mail.
    Name(Name),
    /// A macro stands for something that only the mail tells.
    DependsOnMessage,
    /// No server can be asked for what it names.
    NotAName,
}

/// The name that a domain-spec in a record of `domain` stands for, if the macro `d` is its only one.
pub(crate) fn expand_fixed(text: &str, domain: &Name) -> Fixed {
    let mut expanded = String::new();
    for part in parts(text) {
        match part {
            Ok((_, Part::Literal(literal))) => expanded.push_str(literal),
            Ok((_, Part::Escape(value))) => expanded.push_str(value),
            Ok((_, Part::Macro(macro_))) if macro_.letter == 'd' => {
                macro_.transform(domain.as_str(), &mut expanded);
            }
            Ok((_, Part::Macro(_))) => return Fixed::DependsOnMessage,
            Err(_) => return Fixed::NotAName,
        }
        if expanded.len() > MAX_EXPANSION {
            return Fixed::NotAName;
        }
    }
    name(&expanded).map_or(Fixed::NotAName, Fixed::Name)
}

/// The name that an expansion stands for; `None` if no server can be asked for it.
pub(crate) fn name(expanded: &str) -> Option<Name> {
    Name::new(truncate(expanded)).ok().filter(|name| !name.is_root())
}

/// Section 7.3: labels are dropped from the left until the name is short enough for the DNS.
fn truncate(name: &str) -> &str {
    let mut kept = name.strip_suffix('.').unwrap_or(name);
    while kept.len() > MAX_OCTETS {
        let Some((_, rest)) = kept.split_once('.') else { break };
        kept = rest;
    }
    kept
}

impl Macro<'_> {
    /// Adds the labels of a value that are kept, in their order or reversed, joined by dots.
    fn transform(&self, value: &str, expanded: &mut String) {
        let splits = if self.delimiters.is_empty() { "." } else { self.delimiters };
        let is_split = |c: char| splits.contains(c);
        let surplus = value.split(is_split).count().saturating_sub(self.keep);
        if self.reversed {
            self.join(value.rsplit(is_split).skip(surplus), expanded);
        } else {
            self.join(value.split(is_split).skip(surplus), expanded);
        }
    }

    fn join<T: AsRef<str>>(&self, labels: impl Iterator<Item = T>, expanded: &mut String) {
        for (number, label) in labels.enumerate() {
            if number > 0 {
                expanded.push('.');
            }
            match self.escaped {
                true => url_escape(label.as_ref(), expanded),
                false => expanded.push_str(label.as_ref()),
            }
        }
    }
}

/// The address as macro `i` writes it: an IPv6 address as 32 nibbles.
fn dotted(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let octets = address.octets().into_iter();
            let nibbles = octets.flat_map(|octet| [octet >> 4, octet & 15]);
            nibbles.map(|nibble| format!("{nibble:X}")).collect::<Vec<_>>().join(".")
        }
    }
}

/// Escapes all but the unreserved characters of RFC 3986 section 2.3.
fn url_escape(text: &str, escaped: &mut String) {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or_default();
    for octet in text.bytes() {
        match octet {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                escaped.push(char::from(octet));
            }
            _ => escaped.extend(['%', digit(octet >> 4), digit(octet & 15)]),
        }
    }
}

/// What stands for a fact that is not known (section 7.3).
pub(crate) const UNKNOWN: &str = "unknown";
/// Octets of an expansion; no name and no SMTP reply is near it.
pub(crate) const MAX_EXPANSION: usize = 8192;

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 7208 section 7.4.
    #[track_caller]
    fn check(client_ip: &str, text: &str, expected: Option<&str>) {
        let facts = Facts {
            client_ip: client_ip.parse().expect("an address"),
            helo: "mail.example.org",
            local_part: "strong-bad",
            sender_domain: "email.example.com",
            receiver: None,
            now: Some(UNIX_EPOCH + std::time::Duration::from_secs(1_795_000_000)),
        };
        let domain = Name::new("email.example.com").expect("a name");
        assert_eq!(facts.expand(text, &domain, "mx.example.org").as_deref(), expected, "{text}");
    }

    #[test]
    fn examples_of_the_rfc() {
        let v4 = |text, expected| check("192.0.2.3", text, Some(expected));
        v4("%{s}", "strong-bad@email.example.com");
        v4("%{o}", "email.example.com");
        v4("%{d4}", "email.example.com");
        v4("%{d2}", "example.com");
        v4("%{d1}", "com");
        v4("%{dr}", "com.example.email");
        v4("%{d2r}", "example.email");
        v4("%{l}", "strong-bad");
        v4("%{l-}", "strong.bad");
        v4("%{lr-}", "bad.strong");
        v4("%{l1r-}", "strong");
        v4("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com");
        v4("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com");
        v4("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net");
        check(
            "2001:db8::cb01",
            "%{ir}.%{v}._spf.%{d2}",
            Some(
                "1.0.B.C.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0.1.0.0.2.ip6._spf.example.com",
            ),
        );
    }

    #[test]
    fn other_letters_and_escapes() {
        let check = |text, expected| check("192.0.2.3", text, expected);
        check(
            "%{c} %{r} %{t} %{p} %{h}",
            Some("192.0.2.3 unknown 1795000000 mx.example.org mail.example.org"),
        );
        check("%%%_%-", Some("% %20"));
        check("%{S}", Some("strong-bad%40email.example.com"));
        check("%{d99999999999999999999999}", Some("email.example.com"));
        check(&"%{s}".repeat(1000), None);
    }

    #[test]
    fn broken_macros() {
        for text in ["%", "%(d)", "%{", "%{}", "%{x}", "%{d0}", "%{dr-r}", "%{d:}", "%{d", "%é"] {
            check("192.0.2.3", text, None);
        }
    }
}
