//! Templates that have been proved: every locale has every message with the same placeholders.

mod builtin;
mod proof;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::time::SystemTime;

use crate::defect::{Defect, DefectKind, Defects};
use crate::limits::Limits;
use crate::locale::{Locale, LocaleDecision};
use crate::manifest::Manifest;
use crate::recipient::Recipient;
use crate::render::{self, RenderError, RenderErrorKind, RenderedMail};
use crate::source::{self, TemplateSource};
use crate::value::{Value, ValueType};

pub(crate) use proof::{Bound, Localized};

/// The templates of an application.
///
/// There is no way to a template but through the proof: what is in a catalogue can be rendered in each of its locales.
///
/// ```
/// # #[cfg(feature = "mjml")] {
/// use mailkit_template::Catalog;
///
/// let templates = Catalog::builtin()?;
/// let locales: Vec<String> = templates.get("inquiry-received")?.locales().map(ToString::to_string).collect();
/// assert_eq!(locales, ["en", "ar", "de", "es", "zh-Hans"]);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct Catalog {
    templates: BTreeMap<String, Template>,
}

impl Catalog {
    /// Proves templates, with the default limits.
    ///
    /// # Errors
    ///
    /// All the defects of all the templates at once, up to [`Limits::defects`], if there is one.
    pub fn load(sources: impl IntoIterator<Item = TemplateSource>) -> Result<Self, LoadError> {
        Self::load_within(sources, &Limits::default())
    }

    /// Proves templates within limits of your own.
    ///
    /// # Errors
    ///
    /// All the defects of all the templates at once, up to [`Limits::defects`], if there is one.
    pub fn load_within(
        sources: impl IntoIterator<Item = TemplateSource>,
        limits: &Limits,
    ) -> Result<Self, LoadError> {
        Self::prove(sources, limits, Defects::within(limits.defects))
    }

    /// Reads and proves every template folder in a directory: each folder that has a `template.toml`.
    ///
    /// ```
    /// use mailkit_template::{Catalog, Limits};
    ///
    /// let error = Catalog::from_dir("no-such-folder", &Limits::default()).unwrap_err();
    /// assert_eq!(error.defects()[0].code(), "file-unreadable");
    /// ```
    ///
    /// # Errors
    ///
    /// All the defects of all the templates at once, up to [`Limits::defects`], files that cannot be read among them.
    pub fn from_dir(directory: impl AsRef<Path>, limits: &Limits) -> Result<Self, LoadError> {
        let mut defects = Defects::within(limits.defects);
        let sources = source::read_all(directory.as_ref(), limits, &mut defects);
        Self::prove(sources, limits, defects)
    }

    /// The template with this id.
    ///
    /// # Errors
    ///
    /// [`RenderErrorKind::UnknownTemplate`] when there is none.
    pub fn get(&self, id: &str) -> Result<&Template, RenderError> {
        self.templates.get(id).ok_or_else(|| RenderError::new(id, RenderErrorKind::UnknownTemplate))
    }

    /// The templates, by id.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        self.templates.values()
    }

    fn prove(
        sources: impl IntoIterator<Item = TemplateSource>,
        limits: &Limits,
        mut defects: Defects,
    ) -> Result<Self, LoadError> {
        let mut catalog = Self::default();
        for source in sources {
            let Some(template) = proof::prove(&source, limits, &mut defects) else { continue };
            let id = template.id().to_owned();
            if catalog.templates.insert(id.clone(), template).is_some() {
                let kind = DefectKind::TemplateDuplicate { id };
                defects.in_file(&source.path_of("template.toml"), kind);
            }
        }
        match defects.into_vec() {
            defects if defects.is_empty() => Ok(catalog),
            defects => Err(LoadError { defects }),
        }
    }
}

/// A proved template.
#[derive(Debug)]
pub struct Template {
    manifest: Manifest,
    default: Localized,
    others: Vec<Localized>,
    locales: Vec<Locale>,
}

impl Template {
    /// The id, by which [`Catalog::get`] finds it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.manifest.id
    }

    /// The locales, the default one first.
    pub fn locales(&self) -> impl Iterator<Item = &Locale> {
        self.locales.iter()
    }

    /// The parameters that [`render`](Self::render) needs, with their types, by name.
    ///
    /// ```
    /// # #[cfg(feature = "mjml")] {
    /// use mailkit_template::{Catalog, ValueType};
    ///
    /// let templates = Catalog::builtin()?;
    /// let template = templates.get("inquiry-received")?;
    /// assert!(template.parameters().any(|parameter| parameter == ("sla", ValueType::Int)));
    /// assert_eq!(template.max_chars("topic"), Some(48));
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parameters(&self) -> impl Iterator<Item = (&str, ValueType)> {
        self.manifest.parameters.iter().map(|p| (p.name.as_str(), p.value_type))
    }

    /// The longest text a parameter takes, in characters; none if it is not a text parameter of this template.
    #[must_use]
    pub fn max_chars(&self, parameter: &str) -> Option<usize> {
        let parameter = self.manifest.parameters.iter().find(|p| p.name == parameter)?;
        (parameter.value_type == ValueType::Text).then_some(parameter.max_chars)
    }

    /// Decides which locale a mail to this recipient is written in.
    #[must_use]
    pub fn decide_locale(&self, recipient: &Recipient) -> LocaleDecision {
        LocaleDecision::decide(recipient, &self.locales, &self.default.language.locale)
    }

    /// Writes one mail: subject, HTML and text in the one locale that fits the recipient best.
    ///
    /// ```
    /// # use mailkit_template::{Catalog, TemplateSource};
    /// use mailkit_template::{Recipient, Value};
    ///
    /// # let source = TemplateSource::new("hello")
    /// #     .with_file("template.toml", "id = 'hello'\ndefault-locale = 'en'\nsubject = 's'\n[parameters.topic]\ntype = 'text'\nmax = 20")
    /// #     .with_file("layout.html", "<html lang='{{ @lang }}' dir='{{ @dir }}'><p>{{ $topic }}</p></html>")
    /// #     .with_file("messages/en.ftl", "s = About { $topic }");
    /// # let templates = Catalog::load([source])?;
    /// let values = [("topic", Value::text("<LED> panels"))];
    /// let mail = templates.get("hello")?.render(&Recipient::unnamed(), &values, std::time::UNIX_EPOCH)?;
    /// assert_eq!(mail.subject(), "About <LED> panels");
    /// assert_eq!(mail.html(), "<html lang='en' dir='ltr'><p>&lt;LED&gt; panels</p></html>");
    /// assert_eq!(mail.text(), "<LED> panels\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When a parameter is missing, unknown, of another type or too long, when the recipient's time zone is not in the
    /// IANA database, or when `now` is beyond the calendar. No mail with a hole in it is ever written.
    pub fn render(
        &self,
        recipient: &Recipient,
        values: &[(&str, Value)],
        now: SystemTime,
    ) -> Result<RenderedMail, RenderError> {
        let decision = self.decide_locale(recipient);
        let localized = self.localized(&decision.locale);
        render::render(&self.manifest, localized, decision, recipient, values, now)
            .map_err(|kind| RenderError::new(self.id(), kind))
    }

    fn localized(&self, locale: &Locale) -> &Localized {
        self.others.iter().find(|other| other.language.locale == *locale).unwrap_or(&self.default)
    }
}

/// The templates are not complete; nothing was loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    defects: Vec<Defect>,
}

impl LoadError {
    /// Every defect, by file and line; beyond [`Limits::defects`] the last one counts the others.
    #[must_use]
    pub fn defects(&self) -> &[Defect] {
        &self.defects
    }

    /// Every defect, by file and line; beyond [`Limits::defects`] the last one counts the others.
    #[must_use]
    pub fn into_defects(self) -> Vec<Defect> {
        self.defects
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.defects.len() == 1 { "" } else { "s" };
        write!(f, "{} defect{plural} in the templates", self.defects.len())?;
        self.defects.iter().try_for_each(|defect| write!(f, "\n{defect}"))
    }
}

impl std::error::Error for LoadError {}
