//! Values that are words.

/// Reads and prints an enum by its words, which match in any case or letter by letter.
macro_rules! words {
    ($type:ident, any case, $($word:literal => $variant:ident),+) => {
        words!(@ $type, |text: &str, word: &str| text.eq_ignore_ascii_case(word), $($word => $variant),+);
    };
    ($type:ident, $($word:literal => $variant:ident),+) => {
        words!(@ $type, |text: &str, word: &str| text == word, $($word => $variant),+);
    };
    (@ $type:ident, $is:expr, $($word:literal => $variant:ident),+) => {
        impl std::str::FromStr for $type {
            type Err = $crate::UnknownWord;

            fn from_str(text: &str) -> Result<Self, $crate::UnknownWord> {
                let is = $is;
                match () {
                    $(() if is(text, $word) => Ok(Self::$variant),)+
                    () => Err($crate::UnknownWord),
                }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(match self { $(Self::$variant => $word,)+ })
            }
        }
    };
}
pub(super) use words;
