//! The person a mail is for, as far as the sender knows them.

use crate::value::Text;

/// Who a mail is for: the name, and what tells the language and the hour there.
///
/// Nothing here is checked or refused yet: these facts come from address books and from incoming mail. A language or
/// a country of no use is left aside, and [`LocaleDecision`](crate::LocaleDecision) says so; an unknown time zone is an
/// error of [`Template::render`](crate::Template::render), because the greeting would be a guess.
///
/// ```
/// use mailkit_template::Recipient;
///
/// let recipient = Recipient::new("Anna Schmidt").with_languages(["de-AT"]).with_time_zone("Europe/Vienna");
/// assert_eq!(recipient.salutation_name(), Some("Anna Schmidt"));
/// assert_eq!(Recipient::new("WIN NOW https://evil.example").salutation_name(), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recipient {
    name: Text,
    languages: Vec<String>,
    mail_language: Option<String>,
    country: Option<String>,
    time_zone: Option<String>,
}

impl Recipient {
    /// The longest name a salutation uses, in characters.
    pub const MAX_NAME_CHARS: usize = 64;

    /// A recipient with the name that stands in the salutation.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: Text::new(name), ..Self::default() }
    }

    /// A recipient whose name is not known: the salutation does without.
    #[must_use]
    pub fn unnamed() -> Self {
        Self::default()
    }

    /// The languages the person has stated, the best one first, as BCP 47 tags such as `de-AT`.
    #[must_use]
    pub fn with_languages<T: Into<String>>(
        mut self,
        languages: impl IntoIterator<Item = T>,
    ) -> Self {
        self.languages = languages.into_iter().map(Into::into).collect();
        self
    }

    /// The language of the mail that is being answered, as a BCP 47 tag.
    #[must_use]
    pub fn with_mail_language(mut self, language: impl Into<String>) -> Self {
        self.mail_language = Some(language.into());
        self
    }

    /// The country, as an ISO 3166-1 alpha-2 code such as `AT`.
    #[must_use]
    pub fn with_country(mut self, country: impl Into<String>) -> Self {
        self.country = Some(country.into());
        self
    }

    /// The time zone, as an IANA name such as `Europe/Vienna`.
    #[must_use]
    pub fn with_time_zone(mut self, zone: impl Into<String>) -> Self {
        self.time_zone = Some(zone.into());
        self
    }

    /// The name, if it can stand in a salutation: not empty, at most [`MAX_NAME_CHARS`](Self::MAX_NAME_CHARS) long,
    /// and neither an address nor a link. A stranger chooses the display name of a mail, so an automatic answer
    /// that repeats it must not carry the stranger's link to whoever the forged sender is.
    #[must_use]
    pub fn salutation_name(&self) -> Option<&str> {
        let name = self.name.as_str();
        let plain = !name.contains(['@', '/', '\\', '<', '>']) && !has_host_name(name);
        let short = name.chars().count() <= Self::MAX_NAME_CHARS;
        (!name.is_empty() && plain && short).then_some(name)
    }

    pub(crate) fn languages(&self) -> &[String] {
        &self.languages
    }

    pub(crate) fn mail_language(&self) -> Option<&str> {
        self.mail_language.as_deref()
    }

    pub(crate) fn country(&self) -> Option<&str> {
        self.country.as_deref()
    }

    pub(crate) fn time_zone(&self) -> Option<&str> {
        self.time_zone.as_deref()
    }
}

/// Whether a mail program might make a link of a part of `name`: `shop.example`, but not `J.R.R. Tolkien`.
fn has_host_name(name: &str) -> bool {
    let is_label = |text: &str| text.chars().take_while(|c| c.is_alphanumeric()).count() > 1;
    name.split(char::is_whitespace)
        .filter(|word| word.starts_with(char::is_alphanumeric))
        .any(|word| word.split('.').skip(1).any(is_label))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_can_be_said() {
        #[track_caller]
        fn check(name: &str, expected: Option<&str>) {
            assert_eq!(Recipient::new(name).salutation_name(), expected);
        }
        check("李小龙", Some("李小龙"));
        check("Dr. Anna-Maria O'Neill", Some("Dr. Anna-Maria O'Neill"));
        check("Anna\r\nBcc: x", Some("Anna Bcc: x"));
        check("", None);
        check("anna@example.com", None);
        check("J.R.R. Tolkien", Some("J.R.R. Tolkien"));
        check("Acme Inc.", Some("Acme Inc."));
        check("www.evil.example", None);
        check("You won, see evil.example", None);
        check("http://evil.example", None);
        check(&"a".repeat(65), None);
    }
}
