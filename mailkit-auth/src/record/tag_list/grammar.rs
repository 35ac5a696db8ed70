//! What the lists of different records do not have in common.

/// How a list of tags is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grammar {
    /// A TXT record whose names match in any case, as ABNF has it (RFC 9989 section 4.8).
    AnyCase,
    /// A TXT record whose names match letter by letter (RFC 6376 section 3.2).
    ExactCase,
    /// A TXT record whose names may hold more and may repeat (RFC 8461 section 3.1, RFC 8460
    /// section 3).
    Extensible,
    /// A header field, which may be folded; its names match letter by letter (RFC 6376 section 3.2).
    Folded,
}

impl Grammar {
    /// White space: that of a line, and in a header field that of a fold.
    pub(crate) fn is_space(self, octet: u8) -> bool {
        matches!(octet, b' ' | b'\t') || (self == Self::Folded && matches!(octet, b'\r' | b'\n'))
    }

    /// Whether nothing stands in the text.
    pub(super) fn is_blank(self, text: &str) -> bool {
        text.bytes().all(|octet| self.is_space(octet))
    }

    /// The text without the white space around it, and how much of that stood in front.
    pub(crate) fn trim(self, text: &str) -> (&str, usize) {
        let mut octets = text.as_bytes();
        while let [space, rest @ ..] = octets
            && self.is_space(*space)
        {
            octets = rest;
        }
        let front = text.len() - octets.len();
        while let [rest @ .., space] = octets
            && self.is_space(*space)
        {
            octets = rest;
        }
        (text.get(front..front + octets.len()).unwrap_or_default(), front)
    }

    /// Whether all characters are visible or white space.
    pub(crate) fn is_visible(self, text: &str) -> bool {
        // No early end, so that the octets are looked at many at a time.
        let folded = self == Self::Folded;
        text.bytes().fold(true, |visible, octet| {
            let line_end = (octet == b'\r') | (octet == b'\n');
            visible & (matches!(octet, b' '..=b'~') | (octet == b'\t') | (folded & line_end))
        })
    }

    pub(super) fn is_name(self, name: &str) -> bool {
        match self {
            Self::Extensible => is_field_name(name),
            Self::AnyCase | Self::ExactCase | Self::Folded => {
                name.starts_with(|c: char| c.is_ascii_alphabetic())
                    && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_')
            }
        }
    }

    /// Whether a name may stand twice: what that means is a matter of each record.
    pub(super) fn names_repeat(self) -> bool {
        self == Self::Extensible
    }
}

/// The name of a field or of a key of a policy (RFC 8461 section 3.1, `sts-ext-name`).
pub(crate) fn is_field_name(name: &str) -> bool {
    let inner = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'-' | b'.');
    (1..=32).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.bytes().all(inner)
}
