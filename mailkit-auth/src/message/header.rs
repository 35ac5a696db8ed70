//! Header fields in canonical form (RFC 6376 section 3.4).

use super::Field;
use crate::record::dkim_signature::Canonicalization;

/// The octets that a signature in the field `own` covers: these fields, then its own without the line
/// end (RFC 6376 section 3.7). The value of `own` is given as it was signed.
pub(crate) fn signed_octets(
    form: Canonicalization,
    fields: &[Field<'_>],
    own: Field<'_>,
) -> Vec<u8> {
    let mut octets = Vec::with_capacity(1024);
    fields.iter().for_each(|field| write_field(form, *field, &mut octets));
    write_field(form, own, &mut octets);
    for end in [b'\n', b'\r'] {
        if octets.last() == Some(&end) {
            octets.pop();
        }
    }
    octets
}

/// Appends a field with its line end.
pub(crate) fn write_field(form: Canonicalization, field: Field<'_>, octets: &mut Vec<u8>) {
    match form {
        Canonicalization::Relaxed => write_relaxed(field, octets),
        Canonicalization::Simple => {
            octets.extend_from_slice(field.name);
            octets.push(b':');
            octets.extend_from_slice(field.value);
        }
    }
}

/// The name in lower case, the value on one line with single spaces between its words.
fn write_relaxed(field: Field<'_>, octets: &mut Vec<u8>) {
    octets.extend(field.name.trim_ascii_end().iter().map(u8::to_ascii_lowercase));
    octets.push(b':');
    let is_space = |octet: &u8| matches!(octet, b' ' | b'\t' | b'\r' | b'\n');
    let words = field.value.split(is_space).filter(|word| !word.is_empty());
    for (index, word) in words.enumerate() {
        if index > 0 {
            octets.push(b' ');
        }
        octets.extend_from_slice(word);
    }
    octets.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, value: &str, relaxed: &str) {
        let field = Field { name: name.as_bytes(), value: value.as_bytes() };
        let write = |form| {
            let mut octets = Vec::new();
            write_field(form, field, &mut octets);
            String::from_utf8(octets).unwrap()
        };
        assert_eq!(write(Canonicalization::Relaxed), relaxed);
        assert_eq!(write(Canonicalization::Simple), format!("{name}:{value}"));
    }

    #[test]
    fn forms() {
        // RFC 6376 section 3.4.5.
        check("A", " X\r\n", "a:X\r\n");
        check("B ", " Y\t\r\n\tZ  \r\n", "b:Y Z\r\n");
        check("Subject", "\r\n", "subject:\r\n");
        check("Subject", " a\x0cb\u{a0} c\n", "subject:a\x0cb\u{a0} c\r\n");
    }

    #[test]
    fn the_field_of_the_signature_comes_last_and_has_no_end() {
        let field = |name: &'static str, value: &'static str| Field {
            name: name.as_bytes(),
            value: value.as_bytes(),
        };
        let octets =
            |form| signed_octets(form, &[field("From", " a@b\r\n")], field("Seal", " b=\r\n"));
        assert_eq!(octets(Canonicalization::Relaxed), b"from:a@b\r\nseal:b=");
        assert_eq!(octets(Canonicalization::Simple), b"From: a@b\r\nSeal: b=");
    }
}
