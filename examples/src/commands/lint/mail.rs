//! The signatures of a message.

/// Whether a text is a message: fields, one of them `From`, up to an empty line or the end.
pub(super) fn is_mail(text: &str) -> bool {
    let mut fields = fields(text).peekable();
    fields.peek().is_some()
        && fields.all(|field| name(field).is_some())
        && self::fields(text).any(|field| is_named(field, "From"))
}

/// The DKIM-Signature fields of a message, with their folds.
pub(super) fn signatures(text: &str) -> Vec<&str> {
    fields(text).filter(|field| is_named(field, "DKIM-Signature")).collect()
}

/// The fields of a header, each with the lines that go on with it.
fn fields(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut end = 0;
        for line in rest.split_inclusive('\n') {
            let goes_on = end > 0 && line.starts_with([' ', '\t']) && !line.trim().is_empty();
            if (end > 0 && !goes_on) || line.trim_end().is_empty() {
                break;
            }
            end += line.len();
        }
        let (field, after) = rest.split_at_checked(end).filter(|_| end > 0)?;
        rest = after;
        Some(field.trim_end_matches(['\r', '\n']))
    })
}

fn name(field: &str) -> Option<&str> {
    let name = field.split_once(':')?.0.trim_end();
    let is_name = !name.is_empty() && name.bytes().all(|octet| octet.is_ascii_graphic());
    is_name.then_some(name)
}

fn is_named(field: &str, wanted: &str) -> bool {
    name(field).is_some_and(|name| name.eq_ignore_ascii_case(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_have_an_author() {
        let mail =
            "DKIM-Signature: v=1;\r\n\ta=x\r\nfrom: a@b.test\r\n\r\nDKIM-Signature: body\r\n";
        assert!(is_mail(mail));
        assert_eq!(signatures(mail), ["DKIM-Signature: v=1;\r\n\ta=x"]);
        assert!(is_mail("From: a@b.test\nSubject: x"));
        assert!(!is_mail("DKIM-Signature: v=1; h=from:to\n\tbh=x\n"));
        assert!(!is_mail("version: STSv1\nmode: none\n"));
        assert!(
            !is_mail("\nFrom: a@b.test\n") && !is_mail("") && !is_mail("hello\nFrom: a@b.test\n")
        );
    }
}
