//! Text made safe for the place in HTML where it is shown.

use crate::locale::Direction;

/// Appends `text` to HTML as text or as a quoted attribute value: no character of it ends either.
pub(crate) fn push_escaped(html: &mut String, text: &str) {
    let mut rest = text;
    while let Some(position) = rest.find(['&', '<', '>', '"', '\'']) {
        let (plain, special) = rest.split_at(position);
        html.push_str(plain);
        let mut chars = special.chars();
        html.push_str(chars.next().map_or("", entity));
        rest = chars.as_str();
    }
    html.push_str(rest);
}

/// The direction of the first letter of `text` that has one, by Unicode's blocks of right-to-left scripts.
pub(crate) fn direction_of(text: &str) -> Option<Direction> {
    text.chars().find(|c| c.is_alphabetic()).map(|c| match c {
        '\u{590}'..='\u{8ff}'
        | '\u{fb1d}'..='\u{fdff}'
        | '\u{fe70}'..='\u{feff}'
        | '\u{10800}'..='\u{10fff}'
        | '\u{1e800}'..='\u{1efff}' => Direction::RightToLeft,
        _ => Direction::LeftToRight,
    })
}

const fn entity(c: char) -> &'static str {
    match c {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '"' => "&quot;",
        _ => "&#39;",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn escaped(text: &str) -> String {
        let mut html = String::new();
        push_escaped(&mut html, text);
        html
    }

    #[test]
    fn special_characters() {
        assert_eq!(escaped("a<b>&\"c'"), "a&lt;b&gt;&amp;&quot;c&#39;");
        assert_eq!(escaped("您好"), "您好");
    }

    #[test]
    fn directions() {
        #[track_caller]
        fn check(text: &str, expected: Option<Direction>) {
            assert_eq!(direction_of(text), expected);
        }
        check("LED", Some(Direction::LeftToRight));
        check("123 شركة LED", Some(Direction::RightToLeft));
        check("+49 89 1234", None);
    }

    proptest! {
        #[test]
        fn escaped_text_reads_back_as_one_text(text in "[^\0\r]{1,40}") {
            let html = format!("<p title=\"{0}\">{0}</p>", escaped(&text));
            // A control character is an error of the page, but no markup.
            let is_content = |token: &html5gum::Token| !matches!(token, html5gum::Token::Error(_));
            let tokens: Vec<_> = html5gum::Tokenizer::new(&html).flatten().filter(is_content).collect();
            prop_assert_eq!(tokens.len(), 3);
            let html5gum::Token::StartTag(tag) = &tokens[0] else { panic!("{tokens:?}") };
            prop_assert_eq!(&**tag.attributes[b"title".as_slice()], text.as_bytes());
            let html5gum::Token::String(shown) = &tokens[1] else { panic!("{tokens:?}") };
            prop_assert_eq!(&**shown.value, text.as_bytes());
        }
    }
}
