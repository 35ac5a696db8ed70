//! The templates that come with the crate.

#![cfg(feature = "mjml")]

use super::{Catalog, LoadError};
use crate::source::TemplateSource;

macro_rules! template {
    ($id:literal, $($file:literal),+ $(,)?) => {
        TemplateSource::new($id)
            $(.with_file($file, include_str!(concat!("../../data/templates/", $id, "/", $file))))+
    };
}

impl Catalog {
    /// The templates that come with the crate, in the locales `en`, `ar`, `de`, `es` and `zh-Hans`:
    ///
    /// | id | what it is |
    /// |---|---|
    /// | `inquiry-received` | the first answer to an inquiry: salutation, who we are, what was asked, who does what by when, signature |
    ///
    /// # Errors
    ///
    /// None in a released version of this crate, whose tests load them all. They are proved like any other.
    pub fn builtin() -> Result<Self, LoadError> {
        Self::load(Self::builtin_sources())
    }

    /// The files of the templates that come with the crate, to load them beside your own or to change some.
    ///
    /// ```
    /// use mailkit_template::Catalog;
    ///
    /// assert_eq!(Catalog::load(Catalog::builtin_sources())?.templates().count(), 1);
    /// # Ok::<(), mailkit_template::LoadError>(())
    /// ```
    #[must_use]
    pub fn builtin_sources() -> Vec<TemplateSource> {
        vec![template!(
            "inquiry-received",
            "template.toml",
            "layout.mjml",
            "messages/ar.ftl",
            "messages/de.ftl",
            "messages/en.ftl",
            "messages/es.ftl",
            "messages/zh-Hans.ftl",
        )]
    }
}
