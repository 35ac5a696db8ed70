//! Where the explanation of a fail stands.

use super::super::examination::{Examination, Place};
use super::super::rules as rule;
use crate::lookup::Name;
use crate::record::spf::{Modifier, SpfTerm};
use crate::spf::tree::SpfTree;

pub(super) async fn examine(exam: &mut Examination, tree: &SpfTree) {
    let text = tree.root.record.clone().unwrap_or_default();
    for term in &tree.root.terms {
        let SpfTerm::Modifier(Modifier::Explanation(target)) = &term.term else { continue };
        // With a macro the mail decides where it stands.
        let target = target.to_string();
        let Some(name) = Name::new(&target).ok().filter(|_| !target.contains('%')) else {
            continue;
        };
        let Some(texts) = exam.observer.texts(&name).await else { continue };
        let message = match texts.as_slice() {
            [one] if one.is_ascii() => continue,
            [_] => format!("the explanation at {name} is not ASCII"),
            [] => format!("there is no explanation at {name}"),
            several => format!("there are {} texts at {name}, not one", several.len()),
        };
        let place = Place::text(&tree.root.name, &text);
        exam.found(&place, rule::EXPLANATION.at(term.span.clone(), message));
    }
}
