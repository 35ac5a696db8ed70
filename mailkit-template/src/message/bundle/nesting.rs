//! How deep the brackets of a message are nested, found without a call for each of them.

/// The entries of a file: each begins with the line that only an entry may begin with. No entry reaches into the next
/// one, so a bracket that is not closed ends with its entry.
pub(super) fn entries(text: &str) -> impl Iterator<Item = &str> {
    let starts_entry = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'#');
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut end = 0;
        for line in rest.split_inclusive('\n') {
            if end > 0 && line.as_bytes().first().is_some_and(starts_entry) {
                break;
            }
            end += line.len();
        }
        let (entry, behind) = rest.split_at_checked(end).filter(|(entry, _)| !entry.is_empty())?;
        rest = behind;
        Some(entry)
    })
}

/// Whether the brackets of one entry are nested deeper than `limit`.
///
/// The reading follows the grammar of Fluent up to the first error, where the parser gives the entry up: a bracket
/// counts in an expression, not in its strings, and in the text of an arm only the brace does.
pub(super) fn is_deeper(entry: &str, limit: usize) -> bool {
    let mut open: Vec<Inside> = Vec::new();
    for line in entry.split_inclusive('\n') {
        if let Some(inside @ Inside::Arm) = open.last_mut()
            && ends_arm(line)
        {
            *inside = Inside::Braces;
        }
        // A string ends with its line at the latest.
        let (mut quoted, mut escaped) = (false, false);
        for byte in line.bytes() {
            if quoted {
                quoted = escaped || byte != b'"';
                escaped = !escaped && byte == b'\\';
                continue;
            }
            match (open.last_mut(), byte) {
                (_, b'{') => open.push(Inside::Braces),
                (Some(Inside::Braces | Inside::Call), b'(') => open.push(Inside::Call),
                (Some(Inside::Braces | Inside::Call), b'"') => quoted = true,
                (Some(Inside::Braces), b'}') | (Some(Inside::Call), b')') => drop(open.pop()),
                (Some(inside @ Inside::Braces), b']') => *inside = Inside::Arm,
                _ => {}
            }
            if open.len() > limit {
                return true;
            }
        }
    }
    false
}

/// What the innermost open bracket holds.
enum Inside {
    /// An expression in braces.
    Braces,
    /// The arguments of a call.
    Call,
    /// The text of an arm, in the braces of its selection.
    Arm,
}

/// Whether the text of an arm ends before `line`: at the next arm, the closing brace, or what is not indented.
fn ends_arm(line: &str) -> bool {
    let text = line.trim_start_matches(' ');
    match text.len() == line.len() {
        true => !text.starts_with(['{', '\r', '\n']),
        false => text.starts_with(['.', '}', '[', '*']),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depths() {
        #[track_caller]
        fn check(entry: &str, expected: usize) {
            let depth = (0..).find(|limit| !is_deeper(entry, *limit));
            assert_eq!(depth, Some(expected), "{entry}");
        }
        check("a = text (with (brackets", 0);
        check("a = { $b } and { $c }", 1);
        check("a = {{{ $b }}}", 3);
        check("a = { F(F(1), F(2)) }", 3);
        check("a = { -t(-t(x: 1)) }", 3);
        check("a = {\n{\n{ $b }\n}\n}", 3);
        check(r#"a = { F(")", F("}", F("\")", F(1)))) }"#, 5);
        check(r#"a = { "" } { "{" } { "((" }"#, 1);
        check("a = { $b ->\n [x] :( :( :(\n *[y] :( \" }", 1);
        check("a = { $b ->\n [x] ) \" { F(\n *[y] z\n}", 3);
        check("a = { $b ->\n[x] 5\" { $c }\n[y] 5\" { F(1) }\n*[z] w\n} { $d }", 3);
    }

    #[test]
    fn entries_of_files() {
        #[track_caller]
        fn check(text: &str, expected: &[&str]) {
            assert_eq!(entries(text).collect::<Vec<_>>(), expected);
        }
        check("", &[]);
        check("a = b", &["a = b"]);
        check(
            "\n\na = b\n\n  c\n}\n-d = e\n# f",
            &["\n\n", "a = b\n\n  c\n}\n", "-d = e\n", "# f"],
        );
        check("{ \na = b", &["{ \n", "a = b"]);
    }
}
