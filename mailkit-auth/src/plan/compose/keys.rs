//! The DKIM keys of a plan.

use super::super::subject::key;
use super::super::{DkimEntry, DomainPlan, PlanError, PlanNote, ProviderUse};
use super::Draft;
use crate::lookup::{Name, RecordData};
use crate::provider::DkimSetup;
use crate::{Policy, Selector};

impl Draft<'_> {
    pub(super) fn dkim(&mut self) -> Result<(), PlanError> {
        let mut entries: Vec<(Selector, RecordData)> = Vec::new();
        for (selector, entry) in &self.decided.dkim {
            let data = match entry {
                DkimEntry::Key(key) => RecordData::Txt(key.to_string().into_bytes()),
                DkimEntry::Alias(target) => RecordData::Cname(Name::from(target)),
            };
            entries.push((selector.clone(), data));
        }
        for used in self.decided.providers.iter().filter(|used| used.sends()) {
            for setup in &used.provider.dkim {
                self.provider_key(used, setup, &mut entries)?;
            }
        }
        if !entries.iter().any(|(_, data)| signs(data)) {
            self.without_key();
        }
        entries.sort_by(|(one, _), (other, _)| one.cmp(other));
        entries.dedup();
        for pair in entries.windows(2) {
            if let [(one, _), (other, _)] = pair
                && one == other
            {
                return Err(PlanError::SelectorTwice { selector: one.clone() });
            }
        }
        for (selector, data) in entries {
            self.add(&selector.record_name(&self.decided.domain)?, data);
        }
        Ok(())
    }

    fn without_key(&mut self) {
        let DomainPlan { senders, providers, dmarc, .. } = self.decided;
        if senders.is_empty() && !providers.iter().any(ProviderUse::sends) {
            self.notes.push(PlanNote::NobodySends);
        }
        if dmarc.policy() != Policy::None {
            self.notes.push(PlanNote::EnforcedWithoutDkim);
        }
    }

    /// The alias of a provider's key, or a note where its text must be copied.
    fn provider_key(
        &mut self,
        used: &ProviderUse,
        setup: &DkimSetup,
        entries: &mut Vec<(Selector, RecordData)>,
    ) -> Result<(), PlanError> {
        match setup {
            DkimSetup::Cname { selector, target } => {
                let selector = self.selector(used, selector)?;
                let target = self.fill(used, target)?;
                entries.push((selector, RecordData::Cname(Name::from(target))));
            }
            DkimSetup::Txt { selector } => {
                let selector = selector.as_ref().map(|it| self.selector(used, it)).transpose()?;
                let given = selector.as_ref();
                let given = given.is_some_and(|it| entries.iter().any(|(other, _)| other == it));
                if !given {
                    let provider = used.provider.name.clone();
                    self.notes.push(PlanNote::ConsoleKey { provider, selector });
                }
            }
        }
        Ok(())
    }
}

/// Whether mail can be signed with what stands at a selector; of an alias nobody knows better.
fn signs(data: &RecordData) -> bool {
    key(data).is_none_or(|key| !key.is_revoked())
}
