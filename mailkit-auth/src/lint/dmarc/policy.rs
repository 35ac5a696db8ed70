//! What the record asks for.

use super::rules as rule;
use crate::lint::finding::Finding;
use crate::lint::tags::Tags;
use crate::record::{Policy, Tag};

pub(super) fn findings(tags: &Tags<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let policy = value_of(tags, "p");
    match tags.get("p") {
        Some(tag) => findings.extend(monitoring(tag, policy)),
        None if tags.get("rua").is_some() => {
            findings
                .push(rule::POLICY_BY_REPORTS.at(tags.end(), "without `p` the policy is `none`"));
        }
        None => findings.push(rule::NO_POLICY.at(tags.end(), "there is neither `p` nor `rua`")),
    }
    findings.extend(second_tag(tags));
    findings.extend(removed_tags(tags));
    findings.extend(testing(tags, policy));
    findings.extend(weaker_subdomains(tags, policy));
    findings
}

fn value_of(tags: &Tags<'_>, name: &str) -> Option<Policy> {
    tags.get(name)?.value.parse().ok()
}

fn monitoring(tag: &Tag<'_>, policy: Option<Policy>) -> Option<Finding> {
    let none = policy == Some(Policy::None);
    none.then(|| rule::MONITORING.at(tag.span.clone(), "`p=none` only asks for reports"))
}

/// Readers of RFC 7489 want the policy right after the version.
fn second_tag(tags: &Tags<'_>) -> Option<Finding> {
    let tag = tags.get("p")?;
    let second = tags.iter().nth(1).is_some_and(|second| second.span == tag.span);
    (!second).then(|| rule::NOT_SECOND.at(tag.span.clone(), "`p` is not the second tag"))
}

/// Tags of RFC 7489 that RFC 9989 removed.
fn removed_tags(tags: &Tags<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let strongest = ["p", "sp", "np"].into_iter().filter_map(|name| value_of(tags, name)).max();
    for tag in ["pct", "rf", "ri"].into_iter().filter_map(|name| tags.get(name)) {
        let partial = tag.name.eq_ignore_ascii_case("pct") && tag.value != "100";
        if partial && strongest.is_some_and(|policy| policy != Policy::None) {
            let message = format!(
                "receivers apply the policy to all mail, whatever `pct={}` says",
                tag.value
            );
            findings.push(rule::PARTIAL.at(tag.span.clone(), message));
        } else {
            let message = format!("`{}` was removed from DMARC", tag.name);
            findings.push(rule::REMOVED.fixed(tag.span.clone(), message, tags.removal(tag)));
        }
    }
    findings
}

fn testing(tags: &Tags<'_>, policy: Option<Policy>) -> Option<Finding> {
    let tag = tags.get("t").filter(|tag| tag.value.eq_ignore_ascii_case("y"))?;
    match policy? {
        Policy::None => {
            let message = "`t=y` changes nothing where nothing is enforced";
            // It would, if a subdomain policy enforced something.
            let alone = tags.get("sp").is_none() && tags.get("np").is_none();
            alone.then(|| rule::TESTING_NONE.fixed(tag.span.clone(), message, tags.removal(tag)))
        }
        policy => {
            let message = format!("receivers apply `{}` for `{policy}`", policy.weakened());
            Some(rule::TESTING.at(tag.span.clone(), message))
        }
    }
}

fn weaker_subdomains(tags: &Tags<'_>, policy: Option<Policy>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Some(p) = policy else { return findings };
    let sp = value_of(tags, "sp").unwrap_or(p);
    if let Some(tag) = tags.get("sp").filter(|_| sp < p) {
        let message = format!("`sp={sp}` is weaker than `p={p}`");
        findings.push(rule::WEAKER_SP.at(tag.span.clone(), message));
    }
    let np = value_of(tags, "np").unwrap_or(sp);
    // Nobody sends from names that do not exist, so the strongest policy costs nothing there.
    if let Some(tag) = tags.get("np").or_else(|| tags.get("sp")).filter(|_| np < p.max(sp)) {
        let message = format!("names that do not exist get `{np}`, less than others");
        findings.push(rule::WEAKER_NP.at(tag.span.clone(), message));
    }
    findings
}
