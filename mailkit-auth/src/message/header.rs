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
        Canonicalization::Simple => write_simple(field, octets),
    }
}

/// The field as it is. A line that ends in a line feed alone, as files hold it, or not at all ends in
/// CRLF on its way (RFC 6376 section 5.3).
fn write_simple(field: Field<'_>, octets: &mut Vec<u8>) {
    octets.extend_from_slice(field.name);
    octets.push(b':');
    let value = field.value.strip_suffix(b"\n").unwrap_or(field.value);
    for line in value.split(|octet| *octet == b'\n') {
        octets.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
        octets.extend_from_slice(b"\r\n");
    }
}

/// The name in lower case, the value on one line with single spaces between its words.
fn write_relaxed(field: Field<'_>, octets: &mut Vec<u8>) {
    octets.extend(field.word().iter().map(u8::to_ascii_lowercase));
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
    fn check(name: &str, value: &str, relaxed: &str, simple: &str) {
        let field = Field { name: name.as_bytes(), value: value.as_bytes() };
        let write = |form| {
            let mut octets = Vec::new();
            write_field(form, field, &mut octets);
            String::from_utf8(octets).unwrap()
        };
        assert_eq!(write(Canonicalization::Relaxed), relaxed);
        assert_eq!(write(Canonicalization::Simple), simple);
    }

    #[test]
    fn forms() {
        // RFC 6376 section 3.4.5.
        check("A", " X\r\n", "a:X\r\n", "A: X\r\n");
        check("B ", " Y\t\r\n\tZ  \r\n", "b:Y Z\r\n", "B : Y\t\r\n\tZ  \r\n");
        check("Subject", "\r\n", "subject:\r\n", "Subject:\r\n");
        let odd = " a\x0cb\u{a0} c";
        let check_end = |end: &str| {
            let simple = format!("Subject:{odd}\r\n");
            check("Subject", &format!("{odd}{end}"), "subject:a\x0cb\u{a0} c\r\n", &simple);
        };
        check_end("\r\n");
        // Files end their lines in LF alone, the last perhaps in nothing.
        check_end("\n");
        check_end("");
        check("C", "1\n 2\n", "c:1 2\r\n", "C:1\r\n 2\r\n");
        check("C", "", "c:\r\n", "C:\r\n");
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
        let bare =
            signed_octets(Canonicalization::Simple, &[field("From", " a@b")], field("Seal", " b="));
        assert_eq!(bare, b"From: a@b\r\nSeal: b=");
    }
}
