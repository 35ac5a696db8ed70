//! What is published already: the plan takes from it what no option says.

use mailkit_auth::lookup::{Name, RecordData, RecordType};
use mailkit_auth::plan::{Plan, PlanNote, PublishedRecord};
use mailkit_auth::record::RecordKind;
use mailkit_auth::record::spf::{Mechanism, Qualifier};
use mailkit_auth::zone::ZoneRecord;
use mailkit_auth::{DkimKeyRecord, DmarcRecord, Domain, Policy, SpfRecord};

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

    /// Fails where zone files were given that say nothing about the domain: it may well publish something.
    pub(super) fn must_tell(&self) -> Result<(), CommandError> {
        let name = Name::from(&self.domain);
        if self.records().is_empty() {
            return Err(CommandError::new("the zone files hold no records"));
        }
        match self.files.holds(&name) || self.files.is_above(&name) {
            true => Ok(()),
            false => Err(CommandError::new(format!("the zone files hold nothing of {name}"))),
        }
    }

    pub(super) fn records(&self) -> &[PublishedRecord] {
        self.files.published()
    }

    /// The DMARC record to begin with. One that cannot be read would be replaced by a weaker one, so
    /// the stage has to be said then.
    pub(super) fn dmarc(&self, has_stage: bool) -> Result<DmarcRecord, CommandError> {
        let name = format!("_dmarc.{}", self.domain);
        let texts = Name::new(&name).map(|name| self.files.texts(&name)).unwrap_or_default();
        // What a wildcard says of other things is no policy.
        let texts = texts.iter().map(|it| it.text()).filter(|it| RecordKind::Dmarc.is_meant(it));
        let mut records = texts.map(|it| DmarcRecord::from_published(&it));
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

    /// What SPF says about every other host: of several records the strictest, and no pass for all.
    pub(super) fn all(&self) -> Qualifier {
        let of_all = |record: SpfRecord| {
            let mut directives = record.directives();
            directives.find(|it| *it.mechanism() == Mechanism::All).map(|it| it.qualifier())
        };
        let records = self.spf_records();
        let published: Vec<Qualifier> =
            records.iter().filter_map(|it| it.parse().ok()).filter_map(of_all).collect();
        let mut kept = [Qualifier::Fail, Qualifier::SoftFail, Qualifier::Neutral].into_iter();
        kept.find(|it| published.contains(it)).unwrap_or(Qualifier::SoftFail)
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
        let zone = std::mem::take(&mut plan.zone);
        plan.zone = zone.into_iter().filter(|it| !self.is_spf(it)).collect();
    }

    /// The notes that stay true beside what is published.
    pub(super) fn notes(&self, plan: &Plan) -> Vec<PlanNote> {
        let apex = Name::from(&self.domain);
        let receives = self
            .records()
            .iter()
            .any(|it| it.record.name == apex && it.record.data.record_type() == RecordType::Mx);
        let (signs, sends) = (self.keeps_key(plan), self.keeps_senders(plan));
        let stale = |note: &PlanNote| match note {
            PlanNote::NoMailHost => receives,
            PlanNote::EnforcedWithoutDkim => signs,
            PlanNote::NobodySends => signs || sends,
            _ => false,
        };
        plan.notes.iter().filter(|it| !stale(it)).cloned().collect()
    }

    /// Whether a published key stays; of one that somebody else keeps nobody knows better.
    fn keeps_key(&self, plan: &Plan) -> bool {
        let suffix = format!("._domainkey.{}", self.domain);
        let signs = |data: &RecordData| match data {
            RecordData::Cname(_) => true,
            RecordData::Txt(text) => str::from_utf8(text)
                .ok()
                .and_then(|text| text.parse::<DkimKeyRecord>().ok())
                .is_some_and(|key| !key.is_revoked()),
            _ => false,
        };
        let stays = |name: &Name| !plan.zone.records().iter().any(|it| it.name == *name);
        let mut keys =
            self.records().iter().filter(|it| it.record.name.as_str().ends_with(&suffix));
        keys.any(|it| signs(&it.record.data) && stays(&it.record.name))
    }

    /// Whether a published SPF record stays that allows somebody.
    fn keeps_senders(&self, plan: &Plan) -> bool {
        let allows = |record: SpfRecord| {
            let mut directives = record.directives();
            record.redirect().is_some() || directives.any(|it| it.qualifier() == Qualifier::Pass)
        };
        let records = self.spf_records();
        let mut records = records.iter().filter_map(|it| it.parse().ok());
        !plan.zone.records().iter().any(|it| self.is_spf(it)) && records.any(allows)
    }

    fn is_spf(&self, record: &ZoneRecord) -> bool {
        let is_record = |text: &[u8]| SpfRecord::is_record(&String::from_utf8_lossy(text));
        record.name == Name::from(&self.domain)
            && matches!(&record.data, RecordData::Txt(text) if is_record(text))
    }
}
