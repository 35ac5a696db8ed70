//! Zone files: text as BIND reads it, or a map in JSON.

mod json;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

use mailkit_auth::lint::TxtRecord;
use mailkit_auth::lookup::{Lookup as _, Name, Question, RecordData, RecordType, ZoneSnapshot};
use mailkit_auth::plan::PublishedRecord;
use mailkit_auth::zone::{Ttl, ZoneFile, ZoneFileRecord};

use super::error::{CommandError, because};
use super::input::{MAX_FILE, read_text};

/// The records of some zone files.
#[derive(Debug, Default)]
pub(crate) struct ZoneFiles {
    published: Vec<PublishedRecord>,
    snapshot: ZoneSnapshot,
    texts: BTreeMap<Name, Vec<TxtRecord>>,
    /// The same by what they say, for the names that an alias or a wildcard leads to them.
    written: HashMap<Vec<u8>, TxtRecord>,
    /// The names below which the files say all there is.
    apexes: Vec<Name>,
}

/// One record of a file.
pub(super) struct Entry {
    pub(super) name: Name,
    pub(super) ttl: Option<Ttl>,
    pub(super) content: Content,
}

impl From<&ZoneFileRecord> for Entry {
    fn from(read: &ZoneFileRecord) -> Self {
        let content = match &read.record.data {
            RecordData::Txt(_) => Content::Text(read.strings.clone()),
            data => Content::Data(data.clone()),
        };
        Self { name: read.record.name.clone(), ttl: Some(read.record.ttl), content }
    }
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
            match text.trim_start().starts_with('{') {
                true => files.add(None, json::read(&text).map_err(because(what()))?),
                false => files.add_text(&text.parse().map_err(because(what()))?),
            }
        }
        Ok(files)
    }

    fn add_text(&mut self, file: &ZoneFile) {
        self.add(file.apex().cloned(), file.records().iter().map(Entry::from).collect());
    }

    fn add(&mut self, apex: Option<Name>, entries: Vec<Entry>) {
        let mut names: Vec<Name> = entries.iter().map(|entry| entry.name.clone()).collect();
        names.extend(apex.filter(|apex| !apex.is_root()));
        for entry in entries {
            let data = match entry.content {
                Content::Data(data) => data,
                Content::Text(strings) => {
                    let (octets, text) = (strings.concat(), TxtRecord::new(strings));
                    self.written.entry(octets.clone()).or_insert_with(|| text.clone());
                    self.texts.entry(entry.name.clone()).or_default().push(text);
                    RecordData::Txt(octets)
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
                self.snapshot = std::mem::take(&mut self.snapshot).with_origin(name.clone());
                self.apexes.push(name);
            }
        }
    }

    /// Whether the files say all there is about a name.
    pub(crate) fn holds(&self, name: &Name) -> bool {
        self.apexes.iter().any(|apex| name.is_subdomain_of(apex))
    }

    /// The names below which the files say all there is.
    pub(crate) fn apexes(&self) -> impl Iterator<Item = &Name> {
        self.apexes.iter()
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

    /// The texts that answer for a name: its own, else those that an alias or a wildcard leads to.
    pub(crate) fn texts(&self, name: &Name) -> Vec<TxtRecord> {
        if let Some(texts) = self.texts.get(name) {
            return texts.clone();
        }
        let answer = self.snapshot.answer(&Question::new(name.clone(), RecordType::Txt));
        answer.texts().map(|octets| self.written(octets)).collect()
    }

    /// A text with the seams that it has where it is written.
    fn written(&self, octets: &[u8]) -> TxtRecord {
        let written = self.written.get(octets).cloned();
        written.unwrap_or_else(|| TxtRecord::from_joined(octets))
    }

    /// The names of DKIM keys of a domain, and of aliases that stand for one.
    pub(crate) fn key_names(&self, domain: &Name) -> BTreeSet<Name> {
        let suffix = format!("._domainkey.{}", domain.as_str());
        let is_key = |data: &RecordData| matches!(data, RecordData::Txt(_) | RecordData::Cname(_));
        let records = self.published.iter().map(|it| &it.record);
        let keys = records.filter(|it| is_key(&it.data) && it.name.as_str().ends_with(&suffix));
        keys.map(|it| it.name.clone()).collect()
    }
}

#[cfg(test)]
mod tests;
