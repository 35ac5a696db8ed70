//! Values that are words.

use super::AnomalyKind;
use super::anomaly::Anomalies;

/// An enum whose variants are words.
pub(in crate::report) trait Words: Copy + 'static {
    /// The words and what they mean.
    const WORDS: &'static [(&'static str, Self)];

    /// What a word means that is written as the standard writes it.
    fn exact(text: &str) -> Option<Self>;
}

/// Makes the variants of an enum words.
macro_rules! word_list {
    ($name:ident { $($word:literal => $variant:ident,)+ }) => {
        impl crate::report::words::Words for $name {
            const WORDS: &'static [(&'static str, Self)] = &[$(($word, Self::$variant),)+];

            #[inline]
            fn exact(text: &str) -> Option<Self> {
                match text {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
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

        crate::report::words::word_list!($name { $($word => $variant,)+ });

        impl $name {
            /// The word of the report.
            pub(in crate::report) fn as_word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_word())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    )+};
}

pub(in crate::report) use {word_list, words};

/// The value of a word, in any letter case.
#[inline]
pub(in crate::report) fn word<T: Words>(
    text: &str,
    element: &'static str,
    anomalies: &mut Anomalies,
) -> Option<T> {
    T::exact(text).or_else(|| odd_word(text, element, anomalies))
}

fn odd_word<T: Words>(text: &str, element: &'static str, anomalies: &mut Anomalies) -> Option<T> {
    let value = T::WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
    let kind = match value {
        Some(_) => AnomalyKind::LetterCase,
        None if text.is_empty() => AnomalyKind::Empty,
        None => AnomalyKind::UnknownValue,
    };
    anomalies.add(kind, element, text);
    value.map(|(_, value)| *value)
}
