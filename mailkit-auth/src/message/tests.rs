use super::*;

/// The name and the value of each field, and the body.
type Parts<'a> = (&'a [(&'a str, &'a str)], &'a str);

#[track_caller]
fn check(message: &[u8], expected: Result<Parts<'_>, HeaderError>) {
    let limits = HeaderLimits { octets: 60, fields: 3 };
    let text = |octets| std::str::from_utf8(octets).unwrap();
    let actual = RawMessage::read(message, limits).map(|message| {
        let fields = message.fields.iter().map(|field| (text(field.name), text(field.value)));
        (fields.collect::<Vec<_>>(), text(message.body))
    });
    assert_eq!(actual, expected.map(|(fields, body)| (fields.to_vec(), body)));
}

#[test]
fn messages() {
    check(b"", Ok((&[], "")));
    check(
        b"A: 1\r\nB :2\r\n 3\r\n\r\nbody\r\n",
        Ok((&[("A", " 1\r\n"), ("B ", "2\r\n 3\r\n")], "body\r\n")),
    );
    check(b"A: 1\n\nbody", Ok((&[("A", " 1\n")], "body")));
    check(b"A: 1", Ok((&[("A", " 1")], "")));
    check(b"\r\nbody", Ok((&[], "body")));
    check(b"A: 1\r\nno field\r\n\r\n", Err(HeaderError::Malformed { at: 6 }));
    check(b" A: 1\r\n\r\n", Err(HeaderError::Malformed { at: 0 }));
    check(b"A \t: 1\r\n\r\n", Ok((&[("A \t", " 1\r\n")], "")));
    check(b"A\r\n : 1\r\n\r\n", Err(HeaderError::Malformed { at: 0 }));
    check(b"A\n : 1\n\n", Err(HeaderError::Malformed { at: 0 }));
    check(b"A\x0c: 1\r\n\r\n", Err(HeaderError::Malformed { at: 0 }));
    check(b"A\x0b: 1\r\n\r\n", Err(HeaderError::Malformed { at: 0 }));
    check(b" : 1\r\n\r\n", Err(HeaderError::Malformed { at: 0 }));
    check(b"\xff: 1\r\n\r\n", Err(HeaderError::Malformed { at: 0 }));
    check(b"A:\r\nA:\r\nA:\r\nA:\r\n\r\n", Err(HeaderError::TooManyFields { limit: 3 }));
    check(b"A: 1\rB: 2\r\n\r\n", Err(HeaderError::Control { at: 4 }));
    check(b"A: 1\r\nB: 2\r\r\n\r\n", Err(HeaderError::Control { at: 10 }));
    check(b"A: 1\r\n\r\r\n\r\n", Err(HeaderError::Control { at: 6 }));
    check(b"A: 1\r", Err(HeaderError::Control { at: 4 }));
    check(b"A: \x001\r\n\r\n", Err(HeaderError::Control { at: 3 }));
    check(b"A: 1\r\n\r\na\rb\0", Ok((&[("A", " 1\r\n")], "a\rb\0")));
    check(&[b'A'; 70], Err(HeaderError::TooLong { limit: 60 }));
    let long = [b"A:1\r\n\r\n".as_slice(), &[b'x'; 70]].concat();
    check(&long, Ok((&[("A", "1\r\n")], "x".repeat(70).as_str())));
}

/// What programs that take one kind of line end alone would read otherwise.
#[test]
fn line_ends_are_of_one_kind() {
    let mixed = |at| Err(HeaderError::MixedLineEnds { at });
    check(b"A: 1\r\nB: 2\n\r\n", mixed(6));
    check(b"A: 1\nB: 2\r\n\n", mixed(5));
    check(b"A: 1\r\nB: 2\r\n\nz\r\nA: 3\r\n\r\n", mixed(12));
    check(b"A: 1\n\r\nz", mixed(5));
    check(b"A: 1\r\n\n", mixed(6));
    check(b"A: 1\n\nz\r\nA: 2\r\n\r\n", mixed(7));
    check(b"A: 1\r\n 2\n\r\n", mixed(6));
    check(b"A: 1\r\nB: 2", Ok((&[("A", " 1\r\n"), ("B", " 2")], "")));
    check(b"A: 1\r\n\r\nz\ny\r\n", Ok((&[("A", " 1\r\n")], "z\ny\r\n")));
}
