//! Does SPF name the providers that the domain uses, and no others?

use super::super::examination::{Examination, Place, replace_text};
use super::super::report::Area;
use super::super::rules as rule;
use super::mx_providers;
use crate::Domain;
use crate::lookup::{Name, RecordData, RecordType};
use crate::provider::Provider;
use crate::record::spf::{Mechanism, SpfTerm};
use crate::spf::tree::{SpfNodeTerm, SpfTree};

pub(super) async fn examine(exam: &mut Examination, tree: &SpfTree) {
    if exam.is_parked() {
        return;
    }
    missing(exam, tree);
    let Some(in_use) = in_use(exam).await else {
        exam.gap(Area::Spf, "name the providers that send for the domain (`with_service`) to find includes that are no longer needed");
        return;
    };
    let text = tree.root.record.clone().unwrap_or_default();
    for term in &tree.root.terms {
        let Some(provider) = include(term).and_then(|it| Provider::of_spf_include(&it)) else {
            continue;
        };
        // Several providers may share an include.
        let sends = |used: &Provider| {
            used.id == provider.id || used.spf.iter().any(|own| provider.spf.contains(own))
        };
        if !in_use.iter().any(sends) {
            let message =
                format!("`{}`: nothing else shows that {} sends", term.text, provider.name);
            let place = Place::text(&tree.root.name, &text);
            exam.found(&place, rule::STALE_INCLUDE.at(term.span.clone(), message));
        }
    }
}

/// The provider that takes the domain's mail most often sends it as well.
fn missing(exam: &mut Examination, tree: &SpfTree) {
    let text = tree.root.record.clone().unwrap_or_default();
    let names: Vec<Domain> =
        tree.nodes().filter_map(|node| node.name.as_str().parse().ok()).collect();
    for provider in mx_providers(exam) {
        let known = provider.spf.iter().map(|include| &include.domain).chain(&provider.known_spf);
        let Some(include) = provider.spf.first() else { continue };
        if known.clone().any(|domain| names.contains(domain)) || tree.root.problem.is_some() {
            continue;
        }
        let message = format!("mail goes to {}, which may not send", provider.name);
        let at = tree.root.terms.iter().position(|term| term.text.ends_with("all"));
        let at = at.and_then(|at| tree.root.terms.get(at)).map_or(text.len(), |it| it.span.start);
        let (before, after) = text.split_at_checked(at).unwrap_or((&text, ""));
        let mended = format!("{} include:{} {after}", before.trim_end(), include.domain);
        let change = replace_text(&tree.root.name, mended.trim_end());
        let place = Place::text(&tree.root.name, &text);
        exam.found_with(&place, rule::MISSING_INCLUDE.at(at..at, message), change);
    }
}

/// The providers that the domain shows or the caller named; `None` if the list may lack one.
async fn in_use(exam: &mut Examination) -> Option<Vec<Provider>> {
    let mut found: Vec<Provider> = mx_providers(exam).into_iter().cloned().collect();
    if let Some(services) = &exam.request.services {
        found.extend(services.iter().cloned());
        return Some(found);
    }
    let keys = exam.request.keys.clone()?;
    for key in keys.iter().take(exam.request.limits.selectors) {
        let name = Name::from(key.selector.record_name(&exam.request.domain).ok()?);
        let alias = exam.observer.ask(&name, RecordType::Cname).await;
        let target = alias.records().iter().find_map(|data| match data {
            RecordData::Cname(target) => target.as_str().parse().ok(),
            _ => None,
        });
        // A key in a text may be anybody's.
        found.push(Provider::of_dkim_cname(&target?)?.clone());
    }
    Some(found)
}

fn include(term: &SpfNodeTerm) -> Option<Domain> {
    match &term.term {
        SpfTerm::Directive(directive) => match directive.mechanism() {
            Mechanism::Include(_) => term.target.as_ref()?.as_str().parse().ok(),
            _ => None,
        },
        SpfTerm::Modifier(_) => None,
    }
}
