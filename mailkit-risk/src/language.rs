//! Which language a text is in: by script, then by the words that no text does without.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use crate::table;

macro_rules! languages {
    ($($variant:ident $tag:literal $name:literal)*) => {
        /// A language this crate can tell apart from the others. It prints and reads as its BCP 47 tag.
        ///
        /// ```
        /// use mailkit_risk::Language;
        ///
        /// assert_eq!(Language::guess("请问这个产品的价格是多少？"), Some(Language::ZhHans));
        /// assert_eq!(Language::guess("Wir bitten um ein Angebot für die folgenden Teile"), Some(Language::De));
        /// assert_eq!(Language::ZhHans.to_string(), "zh-Hans");
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Language { $(#[doc = $name] $variant,)* }

        impl Language {
            /// All languages.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The BCP 47 tag, such as `zh-Hans`.
            #[must_use]
            pub fn tag(self) -> &'static str {
                match self { $(Self::$variant => $tag,)* }
            }
        }
    };
}

languages! {
    Ar "ar" "Arabic."
    De "de" "German."
    En "en" "English."
    Es "es" "Spanish."
    Fr "fr" "French."
    Id "id" "Indonesian."
    It "it" "Italian."
    Ja "ja" "Japanese."
    Ko "ko" "Korean."
    Nl "nl" "Dutch."
    Pl "pl" "Polish."
    Pt "pt" "Portuguese."
    Ru "ru" "Russian."
    Th "th" "Thai."
    Tr "tr" "Turkish."
    Vi "vi" "Vietnamese."
    ZhHans "zh-Hans" "Chinese in simplified characters."
    ZhHant "zh-Hant" "Chinese in traditional characters."
}

impl Language {
    /// The language of a text, or `None` where it has too little of one.
    #[must_use]
    pub fn guess(text: &str) -> Option<Self> {
        let sample = crate::text::truncate(text, SAMPLE_BYTES);
        let mut counts = Counts::default();
        for c in sample.chars() {
            counts.add(c);
        }
        counts.language().or_else(|| by_stop_words(sample))
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// A tag of no known language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such language")]
#[non_exhaustive]
pub struct UnknownLanguage;

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(tag: &str) -> Result<Self, UnknownLanguage> {
        Self::ALL.iter().copied().find(|language| language.tag() == tag).ok_or(UnknownLanguage)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Language {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.tag())
    }
}

/// How many letters of each script a text has.
#[derive(Debug, Default)]
struct Counts {
    latin: usize,
    arabic: usize,
    cyrillic: usize,
    thai: usize,
    hangul: usize,
    kana: usize,
    han: usize,
    simplified: usize,
    traditional: usize,
}

impl Counts {
    fn add(&mut self, c: char) {
        match c {
            'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => {
                self.latin += 1;
            }
            '\u{600}'..='\u{6ff}' => self.arabic += 1,
            '\u{400}'..='\u{4ff}' => self.cyrillic += 1,
            '\u{e00}'..='\u{e7f}' => self.thai += 1,
            '\u{ac00}'..='\u{d7af}' => self.hangul += 1,
            '\u{3040}'..='\u{30ff}' => self.kana += 1,
            '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' => self.add_han(c),
            _ => {}
        }
    }

    fn add_han(&mut self, c: char) {
        self.han += 1;
        match STOP_WORDS.characters.get(&c) {
            Some(Language::ZhHans) => self.simplified += 1,
            Some(Language::ZhHant) => self.traditional += 1,
            _ => {}
        }
    }

    /// The language, where the script says it. A Han letter weighs four Latin ones: model names are Latin everywhere.
    fn language(&self) -> Option<Language> {
        let han = self.han + self.kana;
        let chinese =
            if self.traditional > self.simplified { Language::ZhHant } else { Language::ZhHans };
        let han_language = if self.kana * 8 > han { Language::Ja } else { chinese };
        let scripts = [
            (self.latin, None),
            (han * 4, Some(han_language)),
            (self.hangul * 3, Some(Language::Ko)),
            (self.arabic, Some(Language::Ar)),
            (self.cyrillic, Some(Language::Ru)),
            (self.thai, Some(Language::Th)),
        ];
        let (count, language) = scripts.into_iter().max_by_key(|(count, _)| *count)?;
        language.filter(|_| count >= 2)
    }
}

/// The Latin-script language with the most stop words: at least two of them, and more than any other.
fn by_stop_words(sample: &str) -> Option<Language> {
    let mut counts: HashMap<Language, usize> = HashMap::new();
    for word in sample.split(|c: char| !c.is_alphabetic()).take(SAMPLE_WORDS) {
        for language in STOP_WORDS.words.get(word.to_lowercase().as_str()).into_iter().flatten() {
            *counts.entry(*language).or_default() += 1;
        }
    }
    let mut ranked: Vec<(usize, Language)> =
        counts.into_iter().map(|(language, count)| (count, language)).collect();
    ranked.sort_unstable_by(|one, other| other.cmp(one));
    match ranked.as_slice() {
        [(best, language), (second, _), ..] if *best >= 2 && best > second => Some(*language),
        [(best, language)] if *best >= 2 => Some(*language),
        _ => None,
    }
}

struct StopWords {
    words: HashMap<&'static str, Vec<Language>>,
    characters: HashMap<char, Language>,
}

static STOP_WORDS: LazyLock<StopWords> = LazyLock::new(|| {
    let mut stop_words = StopWords { words: HashMap::new(), characters: HashMap::new() };
    for row in table::rows(include_str!("../data/stopwords.tsv")) {
        let [tag, entries] = table::built_in(row.exactly());
        let language: Language = table::built_in(tag.parse().map_err(|_| row.unreadable(tag)));
        for word in entries.split(' ') {
            stop_words.words.entry(word).or_default().push(language);
            if matches!(language, Language::ZhHans | Language::ZhHant) {
                stop_words.characters.extend(word.chars().map(|c| (c, language)));
            }
        }
    }
    stop_words
});

const SAMPLE_BYTES: usize = 8 << 10;
const SAMPLE_WORDS: usize = 800;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<Language>) {
        assert_eq!(Language::guess(text), expected, "{text}");
    }

    #[test]
    fn guesses() {
        check("Please send us your best price for the following items.", Some(Language::En));
        check("Bitte senden Sie uns ein Angebot für die folgenden Artikel.", Some(Language::De));
        check(
            "Les rogamos que nos envíen una cotización para los siguientes artículos.",
            Some(Language::Es),
        );
        check(
            "Veuillez nous envoyer votre meilleur prix pour les articles suivants.",
            Some(Language::Fr),
        );
        check(
            "Vi preghiamo di inviarci la vostra migliore offerta per i seguenti articoli.",
            Some(Language::It),
        );
        check(
            "Por favor, envie-nos a sua melhor oferta para os seguintes artigos. Não temos pressa.",
            Some(Language::Pt),
        );
        check(
            "Stuur ons alstublieft een offerte voor de volgende artikelen, wij hebben ze snel nodig.",
            Some(Language::Nl),
        );
        check(
            "Prosimy o przesłanie oferty na następujące artykuły, które są dla nas ważne.",
            Some(Language::Pl),
        );
        check(
            "Aşağıdaki ürünler için fiyat teklifinizi bekliyoruz, bu çok önemli.",
            Some(Language::Tr),
        );
        check("Vui lòng gửi cho chúng tôi báo giá của các sản phẩm này.", Some(Language::Vi));
        check("请报价 500 pcs，CIF Hamburg，谢谢。", Some(Language::ZhHans));
        check("請報價 500 件，我們會盡快回覆，謝謝。", Some(Language::ZhHant));
        check("お見積もりをお願いいたします。", Some(Language::Ja));
        check("견적을 보내 주시기 바랍니다.", Some(Language::Ko));
        check("يرجى إرسال عرض الأسعار", Some(Language::Ar));
        check("Просим прислать коммерческое предложение", Some(Language::Ru));
        check("กรุณาส่งใบเสนอราคา", Some(Language::Th));
        check("Terlampir faktur untuk pesanan Anda, mohon dibayar.", Some(Language::Id));
        check("12345 !!", None);
        check("", None);
    }

    #[test]
    fn every_tag_reads_back() {
        for language in Language::ALL {
            assert_eq!(language.to_string().parse(), Ok(*language));
        }
    }
}
