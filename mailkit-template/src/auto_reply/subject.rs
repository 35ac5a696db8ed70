//! Subjects of replies.

use crate::compose::HeaderText;
use crate::value::Text;

/// The subject of an automatic reply (RFC 3834 section 3.1.5): `Auto: ` and the original subject, without the reply
/// and forward marks it has gathered.
///
/// ```
/// use mailkit_template::auto_reply::reply_subject;
///
/// assert_eq!(reply_subject("Re: AW: LED panels\r\n (2)").as_str(), "Auto: LED panels (2)");
/// ```
#[must_use]
pub fn reply_subject(original: &str) -> HeaderText {
    HeaderText::from(Text::shortened(&format!("Auto: {}", topic(original)), 200))
}

/// What a subject is about: the subject on one line, without reply, forward and automatic-reply marks.
///
/// ```
/// use mailkit_template::auto_reply::topic;
///
/// assert_eq!(topic("Fwd: Re: 回复：LED panels").as_str(), "LED panels");
/// ```
#[must_use]
pub fn topic(subject: &str) -> Text {
    let line = Text::new(subject);
    let mut rest = line.as_str();
    while let Some(shorter) = without_mark(rest) {
        rest = shorter;
    }
    Text::new(rest)
}

/// The subject behind one reply or forward mark, if it begins with one: `Re:`, `Re[2]:`, `AW：`.
fn without_mark(subject: &str) -> Option<&str> {
    let (mark, rest) = subject.split_once([':', '：'])?;
    let mark = mark.trim_end();
    let word = match mark.split_once('[') {
        Some((word, count)) if count.strip_suffix(']').is_some_and(is_number) => word,
        _ => mark,
    };
    let known = MARKS.iter().any(|known| known.eq_ignore_ascii_case(word));
    known.then(|| rest.trim_start())
}

/// The marks of common mail programs for "reply", "forward" and "automatic", in the languages seen most.
const MARKS: [&str; 28] = [
    "Re",
    "Fw",
    "Fwd",
    "Auto",
    "AW",
    "WG",
    "Antw",
    "Antwort",
    "SV",
    "VS",
    "VB",
    "RV",
    "RES",
    "ENC",
    "TR",
    "Rif",
    "R",
    "I",
    "Odp",
    "PD",
    "YNT",
    "İLT",
    "答复",
    "回复",
    "回覆",
    "转发",
    "رد",
    "إعادة توجيه",
];

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects() {
        #[track_caller]
        fn check(subject: &str, expected: &str) {
            assert_eq!(topic(subject).as_str(), expected);
        }
        check("LED panels", "LED panels");
        check("RE: re: LED", "LED");
        check("Re[2]: LED", "LED");
        check("AW: WG: LED", "LED");
        check("答复：转发: LED", "LED");
        check("رد: LED", "LED");
        check("Auto: Re: LED", "LED");
        check("Report: LED", "Report: LED");
        check("Re:", "");
        check("Re", "Re");
    }
}
