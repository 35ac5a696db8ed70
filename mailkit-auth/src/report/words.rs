//! Values that are words.

use super::AnomalyKind;
use super::anomaly::Anomalies;

/// An enum whose variants are words.
pub(in crate::report) trait Words: Copy + 'static {
    /// The words and what they mean.
    const WORDS: &'static [(&'static str, Self)];
}

/// Declares enums of words.
macro_rules! words {
    ($($(#[$meta:meta])* pub enum $name:ident {
        $($(#[$variant_meta:meta])* $variant:ident = $word:literal,)+
    })+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name { $($(#[$variant_meta])* $variant,)+ }

        impl crate::report::words::Words for $name {
            const WORDS: &'static [(&'static str, Self)] = &[$(($word, Self::$variant),)+];
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(match self { $(Self::$variant => $word,)+ })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    )+};
}

pub(in crate::report) use words;

/// The value of a word, in any letter case.
#[inline]
pub(in crate::report) fn word<T: Words>(
    text: &str,
    element: &'static str,
    anomalies: &mut Anomalies,
) -> Option<T> {
    if let Some((_, value)) = T::WORDS.iter().find(|(word, _)| *word == text) {
        return Some(*value);
    }
    let value = T::WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
    let kind = match value {
        Some(_) => AnomalyKind::LetterCase,
        None if text.is_empty() => AnomalyKind::Empty,
        None => AnomalyKind::UnknownValue,
    };
    anomalies.add(kind, element, text);
    value.map(|(_, value)| *value)
}
