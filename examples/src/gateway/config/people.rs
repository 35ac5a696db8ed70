//! Who answers, for which addresses, and whom we pay.

use std::collections::BTreeMap;

use mailkit_auth::Domain;
use mailkit_risk::Account;
use mailkit_risk::intent::IntentKind;
use mailkit_template::Url;
use mailkit_template::compose::Mailbox;
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::de::{identifier, parsed, seven};
use crate::smtp::MailAddress;

/// Who answers: the words and the signature of the automatic reply.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Company {
    /// The name in the text of the reply.
    pub name: String,
    /// The `From` of the reply.
    #[serde(deserialize_with = "parsed")]
    pub reply_from: Mailbox,
    /// Who signs.
    pub signature: Signature,
    /// Send no second reply to the same address within so many days.
    #[serde(default = "seven")]
    pub reply_window_days: u16,
}

/// The last lines of the reply.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Signature {
    /// The person.
    pub name: String,
    /// The position.
    pub title: String,
    /// The direct line.
    pub phone: String,
    /// The web site.
    #[serde(deserialize_with = "parsed")]
    pub site: Url,
}

/// An address we accept mail for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct MailboxConfig {
    /// The address.
    #[serde(deserialize_with = "parsed")]
    pub address: MailAddress,
    /// The department it belongs to; when absent, the intent of the mail decides.
    pub department: Option<Spanned<String>>,
}

/// Who answers what, and how soon.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Department {
    /// A short name, also of its mail directory.
    #[serde(deserialize_with = "identifier")]
    pub id: String,
    /// The name in the text of the reply, by the language of the reply; `en` stands in for a language that is not there.
    pub name: BTreeMap<String, String>,
    /// What it takes from a mailbox that has no department of its own.
    #[serde(default)]
    pub intents: Vec<Wanted>,
    /// Hours until the first answer by a person.
    pub answer_hours: u32,
}

impl Department {
    /// Its name in a language.
    #[must_use]
    pub fn name_in(&self, locale: &str) -> &str {
        let name = self.name.get(locale).or_else(|| self.name.get("en"));
        name.unwrap_or(&self.id)
    }
}

/// At least one department.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Vec<Department>")]
#[non_exhaustive]
pub struct Departments {
    /// Takes what no other wants.
    pub first: Department,
    /// The others.
    pub others: Vec<Department>,
}

impl Departments {
    /// All of them, the first one first.
    pub fn iter(&self) -> impl Iterator<Item = &Department> {
        std::iter::once(&self.first).chain(&self.others)
    }
}

impl TryFrom<Vec<Department>> for Departments {
    type Error = &'static str;

    fn try_from(departments: Vec<Department>) -> Result<Self, Self::Error> {
        let mut departments = departments.into_iter();
        let first = departments.next().ok_or("there is no [[department]]; add at least one")?;
        Ok(Self { first, others: departments.collect() })
    }
}

/// What a sender may want.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
#[non_exhaustive]
pub struct Wanted(pub IntentKind);

impl TryFrom<String> for Wanted {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self).map_err(|_| {
            let known: Vec<_> = IntentKind::ALL.iter().map(|kind| kind.as_str()).collect();
            format!("there is no intent `{text}`; there are {}", known.join(", "))
        })
    }
}

/// One of our people.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Person {
    /// The display name.
    pub name: String,
    /// The real address.
    #[serde(deserialize_with = "parsed")]
    pub address: MailAddress,
}

/// What we know of one we pay.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CounterpartyConfig {
    /// Its domain.
    #[serde(deserialize_with = "parsed")]
    pub domain: Domain,
    /// The IBANs it was paid on before.
    #[serde(default)]
    pub ibans: Vec<Iban>,
}

/// A known account.
#[derive(Debug)]
#[non_exhaustive]
pub struct Iban(pub Account);

impl<'de> Deserialize<'de> for Iban {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Account::iban(&text)
            .map(Self)
            .map_err(|error| serde::de::Error::custom(format_args!("`{text}`: {error}")))
    }
}
