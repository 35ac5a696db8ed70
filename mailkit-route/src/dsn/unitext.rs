//! Mailboxes outside ASCII in ASCII: utf-8-addr-xtext of RFC 6533 section 3.

use std::borrow::Cow;

/// `+`, `=` and `\` as `\x{…}`: the form must not hold them bare. Characters outside ASCII are left to be written so.
pub(super) fn write(mailbox: &str) -> String {
    let mut out = String::with_capacity(mailbox.len());
    for c in mailbox.chars() {
        match c {
            '+' | '=' | '\\' => out.push_str(&format!("\\x{{{:X}}}", u32::from(c))),
            _ => out.push(c),
        }
    }
    out
}

/// Whether a parameter of SMTP may hold it: no space, no control character, no `+` or `=`.
pub(super) fn is_parameter(text: &str) -> bool {
    !text.contains(|c: char| c.is_whitespace() || c.is_control() || "+=".contains(c))
}

/// The characters that were written as `\x{…}`, but for those that would steer the text around them.
pub(super) fn read(text: &str) -> Cow<'_, str> {
    let mut pieces = text.split("\\x{");
    let first = pieces.next().unwrap_or_default();
    let mut out = Cow::Borrowed(first);
    for piece in pieces {
        let decoded = piece.split_once('}').and_then(|(hex, rest)| Some((character(hex)?, rest)));
        let out = out.to_mut();
        match decoded {
            Some((c, rest)) => {
                out.push(c);
                out.push_str(rest);
            }
            None => {
                out.push_str("\\x{");
                out.push_str(piece);
            }
        }
    }
    out
}

fn character(hex: &str) -> Option<char> {
    let number = Some(hex).filter(|hex| hex.len() <= 6 && !hex.starts_with('+'))?;
    let c = u32::from_str_radix(number, 16).ok().and_then(char::from_u32)?;
    let steers = matches!(c, '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}');
    (!steers && !c.is_control()).then_some(c)
}
