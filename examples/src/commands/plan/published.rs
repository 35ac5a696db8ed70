//! What is published already: the plan takes from it what no option says.

use mailkit_auth::lookup::{Name, RecordData, RecordType};
use mailkit_auth::plan::{Plan, PlanNote, PublishedRecord};
use mailkit_auth::record::spf::{Mechanism, Qualifier};
use mailkit_auth::{DmarcRecord, Domain, Policy, SpfRecord};

use crate::commands::error::CommandError;
use crate::commands::zone_file::ZoneFiles;

/// The records of a domain as zone files tell them; none where no file was given.
pub(super) struct Published {
    files: ZoneFiles,
    domain: Domain,
}

impl Published {
    pub(super) fn new(files: ZoneFiles, domain: Domain) -> Self {
        Self { files, domain }
    }

    pub(super) fn records(&self) -> &[PublishedRecord] {
        self.files.published()
    }

    /// The DMARC record to begin with. One that cannot be read would be replaced by a weaker one, so
    /// the stage has to be said then.
    pub(super) fn dmarc(&self, has_stage: bool) -> Result<DmarcRecord, CommandError> {
        let name = format!("_dmarc.{}", self.domain);
        let texts = Name::new(&name).map(|name| self.files.texts(&name)).unwrap_or_default();
        let mut records = texts.iter().map(|it| DmarcRecord::from_published(&it.text()));
        match (records.next(), records.next()) {
            (Some(Ok(record)), None) => Ok(record),
            (None, _) if !self.has_alias(&name) => Ok(DmarcRecord::new(Policy::None)),
            _ if has_stage => Ok(DmarcRecord::new(Policy::None)),
            _ => Err(CommandError::new(format!(
                "cannot tell which DMARC policy {name} publishes; say it with --stage and --rua"
            ))),
        }
    }

    fn has_alias(&self, name: &str) -> bool {
        let is_alias = |it: &&PublishedRecord| {
            it.record.name.as_str() == name && it.record.data.record_type() == RecordType::Cname
        };
        self.records().iter().any(|it| is_alias(&it))
    }

    fn spf_records(&self) -> Vec<String> {
        let texts = self.files.texts(&Name::from(&self.domain));
        texts.iter().map(|it| it.text()).filter(|it| SpfRecord::is_record(it)).collect()
    }

    /// What SPF says about every other host: a `-all` is not weakened unasked.
    pub(super) fn all(&self) -> Qualifier {
        let records = self.spf_records();
        let mut records = records.iter().filter_map(|it| it.parse::<SpfRecord>().ok());
        let closed = |record: SpfRecord| {
            record
                .directives()
                .any(|it| *it.mechanism() == Mechanism::All && it.qualifier() == Qualifier::Fail)
        };
        if records.any(closed) { Qualifier::Fail } else { Qualifier::SoftFail }
    }

    /// Whether the published SPF record stays where no option says who sends.
    pub(super) fn keeps_spf(&self) -> Result<bool, CommandError> {
        match self.spf_records().len() {
            0 => Ok(false),
            1 => Ok(true),
            several => Err(CommandError::new(format!(
                "{} publishes {several} SPF records; say who sends with --ip, --provider or --spf",
                self.domain
            ))),
        }
    }

    /// Leaves the SPF record out of a plan.
    pub(super) fn without_spf(&self, plan: &mut Plan) {
        let apex = Name::from(&self.domain);
        let zone = std::mem::take(&mut plan.zone);
        let is_spf = |text: &[u8]| SpfRecord::is_record(&String::from_utf8_lossy(text));
        plan.zone = zone
            .into_iter()
            .filter(|it| {
                it.name != apex || !matches!(&it.data, RecordData::Txt(text) if is_spf(text))
            })
            .collect();
    }

    /// The notes that stay true beside what is published.
    pub(super) fn notes(&self, plan: &Plan) -> Vec<PlanNote> {
        let apex = Name::from(&self.domain);
        let receives = self
            .records()
            .iter()
            .any(|it| it.record.name == apex && it.record.data.record_type() == RecordType::Mx);
        let has_key = !self.files.key_names(&apex).is_empty();
        let stale = |note: &PlanNote| match note {
            PlanNote::NoMailHost => receives,
            PlanNote::EnforcedWithoutDkim => has_key,
            _ => false,
        };
        plan.notes.iter().filter(|it| !stale(it)).cloned().collect()
    }
}
