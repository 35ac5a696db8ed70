//! Selectors that the domain's providers are known to use. What is found is shown; what is not found
//! means nothing.

use super::super::examination::Examination;
use super::super::report::{Area, AreaState};
use super::super::texts::found_set;
use super::{is_key, strength};
use crate::lint::lint_dkim_key_set;
use crate::lookup::Name;
use crate::provider::{DkimSetup, Provider, Values};
use crate::record::SpfRecord;
use crate::record::spf::Mechanism;
use crate::{DkimKeyRecord, Selector};

pub(super) async fn examine(exam: &mut Examination) {
    exam.gap(Area::Dkim, "name the selectors that the domain signs with (`with_selector`); they stand as `s=` in the DKIM-Signature of any message it sent");
    let mut found: Vec<(Selector, DkimKeyRecord)> = Vec::new();
    for selector in candidates(exam) {
        let Ok(name) = selector.record_name(&exam.request.domain).map(Name::from) else { continue };
        let texts = exam.observer.texts(&name).await.unwrap_or_default();
        let key = texts.iter().filter(|text| is_key(text)).find_map(|text| text.parse().ok());
        let Some(key) = key.filter(|key: &DkimKeyRecord| !key.is_revoked()) else { continue };
        found_set(exam, &name, &texts, lint_dkim_key_set, |_| None);
        found.push((selector, key));
    }
    if found.is_empty() {
        exam.summary(Area::Dkim, AreaState::NotChecked, "no selector was given");
        return;
    }
    let names: Vec<&str> = found.iter().map(|(selector, _)| selector.as_str()).collect();
    exam.summary(
        Area::Dkim,
        AreaState::Good,
        format!("found without being named: {}", names.join(", ")),
    );
    let keys: Vec<DkimKeyRecord> = found.into_iter().map(|(_, key)| key).collect();
    strength(exam, &keys);
}

/// The fixed selectors of the providers that MX and SPF name.
fn candidates(exam: &Examination) -> Vec<Selector> {
    let mut providers = super::super::spf::mx_providers(exam);
    let texts = exam.facts.texts.iter().flatten();
    for record in texts.filter_map(|text| text.parse::<SpfRecord>().ok()) {
        let includes = record.directives().filter_map(|directive| match directive.mechanism() {
            Mechanism::Include(target) => target.to_string().parse().ok(),
            _ => None,
        });
        providers.extend(includes.filter_map(|target| Provider::of_spf_include(&target)));
    }
    let mut selectors: Vec<Selector> = Vec::new();
    for setup in providers.iter().flat_map(|provider| &provider.dkim) {
        let template = match setup {
            DkimSetup::Txt { selector } => selector.as_ref(),
            DkimSetup::Cname { selector, .. } => Some(selector),
        };
        let filled = template.and_then(|it| it.fill(&exam.request.domain, &Values::new()).ok());
        let selector = filled.and_then(|text| text.parse().ok());
        selectors.extend(selector.filter(|selector| !selectors.contains(selector)));
    }
    selectors.truncate(exam.request.limits.selectors);
    selectors
}
