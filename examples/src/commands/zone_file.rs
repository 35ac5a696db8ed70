//! Zone files: text as BIND reads it, or a map in JSON.

mod bind;
mod json;

use std::collections::BTreeMap;
use std::path::PathBuf;

use mailkit_auth::lint::TxtRecord;
use mailkit_auth::lookup::{Name, RecordData, ZoneSnapshot};
use mailkit_auth::plan::PublishedRecord;

use super::error::{CommandError, because};
use super::input::{MAX_FILE, read_text};

/// The records of some zone files.
#[derive(Debug, Default)]
pub(crate) struct ZoneFiles {
    published: Vec<PublishedRecord>,
    snapshot: ZoneSnapshot,
    texts: BTreeMap<Name, Vec<TxtRecord>>,
    /// The names below which the files say all there is.
    apexes: Vec<Name>,
}

/// One record of a file.
pub(super) struct Entry {
    pub(super) name: Name,
    pub(super) ttl: Option<u32>,
    pub(super) content: Content,
}

/// What a record says; a text as its strings, which the DNS keeps apart.
pub(super) enum Content {
    Data(RecordData),
    Text(Vec<Vec<u8>>),
}

impl ZoneFiles {
    /// Reads the files.
    pub(crate) fn read(paths: &[PathBuf]) -> Result<Self, CommandError> {
        let mut files = Self::default();
        for path in paths {
            let text = read_text(path, MAX_FILE)?;
            let what = || format!("cannot read the zone file {}", path.display());
            let (origin, entries) = match text.trim_start().starts_with('{') {
                true => (None, json::read(&text).map_err(because(what()))?),
                false => bind::read(&text).map_err(because(what()))?,
            };
            files.add(origin, entries);
        }
        Ok(files)
    }

    fn add(&mut self, origin: Option<Name>, entries: Vec<Entry>) {
        let mut names: Vec<Name> = entries.iter().map(|entry| entry.name.clone()).collect();
        names.extend(origin.filter(|origin| !origin.is_root()));
        for entry in entries {
            let data = match entry.content {
                Content::Data(data) => data,
                Content::Text(strings) => {
                    let text = RecordData::Txt(strings.concat());
                    self.texts.entry(entry.name.clone()).or_default().push(TxtRecord::new(strings));
                    text
                }
            };
            self.snapshot =
                std::mem::take(&mut self.snapshot).with_record(entry.name.clone(), data.clone());
            self.published.push(PublishedRecord::new(entry.name, entry.ttl, data));
        }
        // From the top of the tree down, so that what is below a name is found after it.
        names.sort_by_key(|name| name.as_str().split('.').count());
        for name in names {
            if !self.holds(&name) {
                self.apexes.push(name);
            }
        }
    }

    /// Whether the files say all there is about a name.
    pub(crate) fn holds(&self, name: &Name) -> bool {
        self.apexes.iter().any(|apex| name.is_subdomain_of(apex))
    }

    /// Whether it is a name above the files, or the DMARC record of one.
    pub(crate) fn is_above(&self, name: &Name) -> bool {
        let name = name.as_str().strip_prefix("_dmarc.").unwrap_or(name.as_str());
        let Ok(name) = Name::new(name) else { return false };
        self.apexes.iter().any(|apex| apex.is_subdomain_of(&name))
    }

    pub(crate) fn snapshot(&self) -> &ZoneSnapshot {
        &self.snapshot
    }

    /// Every record, with its time to live where the file gives one.
    pub(crate) fn published(&self) -> &[PublishedRecord] {
        &self.published
    }

    pub(crate) fn texts(&self, name: &Name) -> Vec<TxtRecord> {
        self.texts.get(name).cloned().unwrap_or_default()
    }

    /// The names of DKIM keys of a domain.
    pub(crate) fn key_names(&self, domain: &Name) -> Vec<Name> {
        let suffix = format!("._domainkey.{}", domain.as_str());
        let of_domain = self.texts.keys().filter(|name| name.as_str().ends_with(&suffix));
        of_domain.cloned().collect()
    }
}

#[cfg(test)]
mod tests;
