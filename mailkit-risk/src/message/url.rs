//! Just enough of a URL to know where it leads (RFC 3986, as lenient as browsers are).

use std::net::IpAddr;

use crate::domain;

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// A host, in normal form, with its A-labels as they stand.
    Host { name: String, userinfo: bool },
    /// A bare network address.
    Address { ip: String, userinfo: bool },
    /// A page or script inside the link itself.
    Inline { scheme: String },
}

impl Target {
    /// Reads a link. `None` where it leads nowhere this crate judges: a fragment, a mail address, a relative path.
    pub(crate) fn read(link: &str) -> Option<Self> {
        let link: String = link.chars().filter(|c| !c.is_control()).take(MAX_LENGTH).collect();
        let (scheme, rest) = link.trim().split_once(':')?;
        match scheme.to_ascii_lowercase().as_str() {
            "http" | "https" | "ftp" => Self::of_authority(rest),
            scheme @ ("data" | "javascript" | "vbscript") => {
                Some(Self::Inline { scheme: scheme.to_owned() })
            }
            _ => None,
        }
    }

    /// The host name, where there is one.
    pub(crate) fn host(&self) -> Option<&str> {
        match self {
            Self::Host { name, .. } => Some(name),
            Self::Address { .. } | Self::Inline { .. } => None,
        }
    }

    fn of_authority(rest: &str) -> Option<Self> {
        // Browsers take any number of slashes, and backslashes too.
        let rest = rest.trim_start_matches(['/', '\\']);
        let authority = rest.split(['/', '\\', '?', '#']).next()?;
        let (userinfo, host_port) = match authority.rsplit_once('@') {
            Some((_, host_port)) => (true, host_port),
            None => (false, authority),
        };
        let name = domain::normalise(without_port(host_port));
        if let Some(ip) = as_address(&name) {
            return Some(Self::Address { ip, userinfo });
        }
        domain::is_host(&name).then_some(Self::Host { name, userinfo })
    }
}

/// The domain a reader believes a link leads to, where its text looks like a URL or a domain.
pub(crate) fn shown_domain(text: &str) -> Option<String> {
    let word = text.trim();
    if word.contains(char::is_whitespace) {
        return None;
    }
    if let Some(target) = Target::read(word) {
        return target.host().map(str::to_owned);
    }
    let host = domain::normalise(word.split(['/', '?', '#']).next()?);
    let looks_like_one = host.starts_with("www.") || domain::has_known_suffix(&host);
    (looks_like_one && host.contains('.') && domain::is_host(&host)).then_some(host)
}

/// The `http` and `https` links in plain text, at most so many.
#[cfg(feature = "message")]
pub(super) fn find(text: &str, most: usize) -> Vec<&str> {
    let lower = text.to_ascii_lowercase();
    let starts = lower.match_indices("http").map(|(start, _)| start);
    let is_link = |start: &usize| {
        lower
            .get(*start..)
            .is_some_and(|it| it.starts_with("http://") || it.starts_with("https://"))
    };
    let links = starts.filter(is_link).filter_map(|start| {
        let rest = crate::text::truncate(text.get(start..)?, MAX_LENGTH);
        let link = rest.split(ends_link).next()?;
        // What closes a sentence or a bracket around the link is not part of it.
        Some(link.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '}', '\'']))
    });
    links.take(most).collect()
}

#[cfg(feature = "message")]
fn ends_link(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '|' | '。' | '，' | '）')
}

fn without_port(host_port: &str) -> &str {
    if let Some((ip, _)) = host_port.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return ip;
    }
    host_port.split_once(':').map_or(host_port, |(host, _)| host)
}

/// An address in any form a browser takes: dotted, decimal, hexadecimal, IPv6.
fn as_address(host: &str) -> Option<String> {
    if let Ok(ip) = host.parse::<IpAddr>() {
        return Some(ip.to_string());
    }
    let last = host.rsplit('.').next()?;
    let hex =
        last.strip_prefix("0x").is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
    let decimal = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
    (hex || decimal).then(|| host.to_owned())
}

const MAX_LENGTH: usize = 2048;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(link: &str, expected: Option<&str>) {
        let target = Target::read(link).map(|target| match target {
            Target::Host { name, userinfo } => format!("host {name} {userinfo}"),
            Target::Address { ip, userinfo } => format!("address {ip} {userinfo}"),
            Target::Inline { scheme } => format!("inline {scheme}"),
        });
        assert_eq!(target.as_deref(), expected, "{link}");
    }

    #[test]
    fn reads_targets() {
        check("https://Shop.example:8443/a?b#c", Some("host shop.example false"));
        check("http:\\\\shop.example\\x", Some("host shop.example false"));
        check("https://bank.example@evil.example/", Some("host evil.example true"));
        check("http://192.0.2.7/login", Some("address 192.0.2.7 false"));
        check("http://3221225991/", Some("address 3221225991 false"));
        check("http://0xC0000207/", Some("address 0xc0000207 false"));
        check("http://[2001:db8::1]:80/", Some("address 2001:db8::1 false"));
        check("DATA:text/html;base64,PHA+", Some("inline data"));
        check("java\nscript:alert(1)", Some("inline javascript"));
        check("mailto:ann@acme.example", None);
        check("#top", None);
        check("/relative", None);
        check("http://", None);
    }

    #[test]
    fn knows_what_a_text_promises() {
        for (text, expected) in [
            ("https://www.bank.com/login", Some("www.bank.com")),
            ("www.supplier.example", Some("www.supplier.example")),
            ("bank.com", Some("bank.com")),
            ("invoice.pdf", None),
            ("Click here", None),
            ("visit bank.com now", None),
            ("3.14", None),
        ] {
            assert_eq!(shown_domain(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    #[cfg(feature = "message")]
    fn finds_links_in_text() {
        for (text, expected) in [
            ("see https://a.example/x?y=1, please", &["https://a.example/x?y=1"][..]),
            (
                "HTTP://192.0.2.1/ or (https://b.example).",
                &["HTTP://192.0.2.1/", "https://b.example"],
            ),
            ("<http://a.example>http://b.example", &["http://a.example", "http://b.example"]),
            ("访问http://a.example。谢谢", &["http://a.example"]),
            ("http and https: are schemes", &[]),
        ] {
            assert_eq!(find(text, 10), expected, "{text}");
        }
        assert_eq!(find(&"http://a.example ".repeat(20), 10).len(), 10);
    }

    proptest! {
        #[test]
        fn no_link_panics(link in "(https?:)?\\PC{0,60}") {
            let _ = Target::read(&link);
            let _ = shown_domain(&link);
        }
    }
}
