//! Which provider does what for a domain.

use crate::provider::{Provider, Values};

/// A provider, what it does for the domain, and the values that its console shows.
///
/// ```
/// use mailkit_auth::plan::{ProviderRole, ProviderUse};
/// use mailkit_auth::provider::Provider;
///
/// let provider = Provider::by_id("amazon-ses").ok_or("no such provider")?;
/// let newsletters = ProviderUse::sender(provider).with_value("token1", "abc");
/// assert_eq!(newsletters.role(), ProviderRole::Sends);
/// assert_eq!(newsletters.missing_values(), ["token2", "token3"]);
/// assert_eq!(newsletters.with_value("tokn2", "def").unknown_values(), ["tokn2"]);
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Debug)]
pub struct ProviderUse {
    pub(super) provider: Provider,
    role: ProviderRole,
    pub(super) values: Values,
    given: Vec<String>,
}

/// What a provider does for a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProviderRole {
    /// It receives the mail, and sends: the people's mailboxes are there.
    Mailboxes,
    /// It receives the mail, and somebody else sends.
    Receives,
    /// It sends, and somebody else receives the mail.
    Sends,
}

impl ProviderUse {
    /// A provider in the role that it most often has: one of which no MX record is known, or with which
    /// customers seldom receive, only sends.
    ///
    /// ```
    /// use mailkit_auth::plan::{ProviderRole, ProviderUse};
    /// use mailkit_auth::provider::Provider;
    ///
    /// let role = |id| Provider::by_id(id).map(|it| ProviderUse::usual(it).role());
    /// assert_eq!(role("mailgun"), Some(ProviderRole::Sends));
    /// assert_eq!(role("zoho"), Some(ProviderRole::Mailboxes));
    /// ```
    #[must_use]
    pub fn usual(provider: &Provider) -> Self {
        let receives = !provider.mx.is_empty() || !provider.mx_patterns.is_empty();
        match receives && !provider.seldom_receives {
            true => Self::mailboxes(provider),
            false => Self::sender(provider),
        }
    }

    /// A provider that has the people's mailboxes: it receives, and sends.
    #[must_use]
    pub fn mailboxes(provider: &Provider) -> Self {
        Self::new(provider, ProviderRole::Mailboxes)
    }

    /// A provider that only receives, such as a filter in front of other mailboxes.
    #[must_use]
    pub fn receiver(provider: &Provider) -> Self {
        Self::new(provider, ProviderRole::Receives)
    }

    /// A provider that only sends, such as newsletters or invoices.
    #[must_use]
    pub fn sender(provider: &Provider) -> Self {
        Self::new(provider, ProviderRole::Sends)
    }

    fn new(provider: &Provider, role: ProviderRole) -> Self {
        Self { provider: provider.clone(), role, values: Values::new(), given: Vec::new() }
    }

    /// With a value that the provider's console shows.
    #[must_use]
    pub fn with_value(mut self, name: &str, value: &str) -> Self {
        self.values = self.values.with(name, value);
        self.given.push(name.to_owned());
        self
    }

    /// What it does.
    #[must_use]
    pub fn role(&self) -> ProviderRole {
        self.role
    }

    /// The values that its records need and that were not given yet.
    #[must_use]
    pub fn missing_values(&self) -> Vec<&str> {
        let mut missing: Vec<&str> = Vec::new();
        for name in self.templates().flat_map(|template| template.values()) {
            if !self.given.iter().any(|given| given == name) && !missing.contains(&name) {
                missing.push(name);
            }
        }
        missing
    }

    /// The values that were given and that none of its records needs: most often they are misspelled.
    #[must_use]
    pub fn unknown_values(&self) -> Vec<&str> {
        let is_needed = |given: &&str| {
            self.templates().any(|template| template.values().any(|name| name == *given))
        };
        self.given.iter().map(String::as_str).filter(|given| !is_needed(given)).collect()
    }

    /// Whether it receives the domain's mail.
    pub(super) fn receives(&self) -> bool {
        matches!(self.role, ProviderRole::Mailboxes | ProviderRole::Receives)
    }

    /// Whether it sends for the domain.
    pub(super) fn sends(&self) -> bool {
        matches!(self.role, ProviderRole::Mailboxes | ProviderRole::Sends)
    }

    /// The names that its records are made of.
    fn templates(&self) -> impl Iterator<Item = &crate::provider::HostTemplate> {
        use crate::provider::DkimSetup;

        let mx = self.provider.mx.iter().filter(|_| self.receives()).map(|it| &it.host);
        let dkim = self.provider.dkim.iter().filter(|_| self.sends()).flat_map(|it| match it {
            DkimSetup::Txt { selector } => [selector.as_ref(), None],
            DkimSetup::Cname { selector, target } => [Some(selector), Some(target)],
        });
        let aliases = self.provider.aliases.iter().filter(|_| self.sends());
        let aliases = aliases.flat_map(|it| [&it.label, &it.target]);
        mx.chain(dkim.flatten()).chain(aliases)
    }
}
