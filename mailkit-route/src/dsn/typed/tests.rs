use proptest::prelude::*;

use super::*;

#[test]
fn mailboxes_outside_ascii_are_written_as_rfc_6533_has_them() {
    let check = |mailbox: &str, value: &str| {
        let typed = TypedField::mailbox(mailbox);
        assert_eq!(
            (typed.kind(), typed.value(), typed.shown().as_ref()),
            ("utf-8", value, mailbox)
        );
        assert_eq!(TypedField::from_orcpt(&typed.to_orcpt()), Ok(typed));
    };
    check("é@b.example", r"\x{E9}@b.example");
    check("é+shop=a@b.example", r"\x{E9}\x{2B}shop\x{3D}a@b.example");
    // What looks like the form itself is no part of it.
    check(r"é\x{41}@b.example", r"\x{E9}\x{5C}x{41}@b.example");
    // What turns the direction of a line is not shown.
    assert_eq!(TypedField::mailbox("é\u{202E}a@b.example").shown(), r"é\x{202E}a@b.example");
    assert_eq!(TypedField::mailbox(r"\x{E9}@b.example").shown(), r"\x{E9}@b.example");
}

#[test]
fn orcpt_is_read_and_passed_on() {
    let check = |parameter: &str, expected: Result<&str, &str>| {
        let read = TypedField::from_orcpt(parameter);
        let shown = read.map(|typed| typed.to_orcpt()).map_err(|error| error.to_string());
        assert_eq!(shown, expected.map(Into::into).map_err(Into::into), "{parameter}");
    };
    let wrong = Err("invalid value of `ORCPT` at byte 0");
    check("rfc822;ann+2Bshop+3D@b.example", Ok("rfc822;ann+2Bshop+3D@b.example"));
    check("X400;+20a+20b", Ok("x400;a+20b"));
    check("utf-8;é@b.example", Ok(r"utf-8;\x{E9}@b.example"));
    check(r"UTF-8;\x{E9}\x{2B}@b.example", Ok(r"utf-8;\x{E9}\x{2B}@b.example"));
    check("utf-8;é+2B@b.example", wrong);
    check("utf-8;é @b.example", wrong);
    check("rfc822;é@b.example", wrong);
    check("rfc822;a=b", wrong);
    check("rfc822", wrong);
    check("a b;c", wrong);
}

proptest! {
    #[test]
    fn any_value_is_printable_and_reads_back(value in "\\PC{0,80}|(a|é|\\PC){450,600}|[ \\r\\n\\ta-c]{0,20}") {
        let typed = TypedField::mailbox(&value);
        prop_assert!(typed.to_string().bytes().all(|b| matches!(b, b' '..=b'~')));
        prop_assert_eq!(typed.to_string().parse(), Ok(typed));
    }
}
