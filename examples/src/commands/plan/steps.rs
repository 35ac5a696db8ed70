//! The steps from what is published.

use mailkit_auth::plan::{Changes, Plan, PlanNote, PublishedRecord, changes};
use mailkit_auth::rollout::Day;
use serde::Serialize;

use super::Arguments;
use super::published::Published;
use crate::commands::ending::Ending;
use crate::commands::error::{CommandError, because};
use crate::commands::{moment, output};

/// The steps, and what the zone alone cannot do.
#[derive(Serialize)]
struct Steps<'p> {
    #[serde(flatten)]
    changes: &'p Changes,
    notes: Vec<PlanNote>,
    policy_file: Option<String>,
}

/// Prints the steps from what is published; negative if there are any.
pub(super) fn print(
    arguments: &Arguments,
    plan: &Plan,
    published: &Published,
) -> Result<Ending, CommandError> {
    let now = moment::moment(arguments.now);
    let until = arguments.held_until.map(Day::start);
    let held = |it: PublishedRecord| match until {
        Some(until) => it.with_held_until(until),
        None => it,
    };
    let records: Vec<PublishedRecord> = published.records().iter().cloned().map(held).collect();
    let changes = changes(&records, &plan.zone, now);
    let changes =
        changes.map_err(because(format!("no safe order of steps for {}", plan.domain)))?;
    let notes = published.notes(plan);
    if arguments.json {
        let policy_file = plan.policy_file.as_ref().map(ToString::to_string);
        output::json(&Steps { changes: &changes, notes, policy_file })?;
    } else {
        let notes: String = notes
            .iter()
            .map(|it| format!("note: {}\n", output::visible(&it.to_string())))
            .collect();
        output::text(&format!("{changes}{notes}{}", policy_file(plan)))?;
    }
    Ok(Ending::fine_if(changes.steps.is_empty()))
}

/// The policy file of MTA-STS as comments behind the zone.
pub(super) fn policy_file(plan: &Plan) -> String {
    let file = plan.policy_file.as_ref().map(ToString::to_string).unwrap_or_default();
    file.lines().map(|line| format!(";   {line}\n")).collect()
}
