//! `mailkit plan rotate`: what to do next with each DKIM key, and when.

mod key;
mod records;
mod ring;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::SystemTime;

use mailkit_auth::record::dkim::KeyType;
use mailkit_auth::rollout::Day;
use mailkit_auth::rotation::{KeyPlace, KeyRing, RotationAction, RotationPolicy};
use mailkit_auth::{DkimKeyRecord, Domain, Selector};
use serde::Serialize;

use super::values::KeyArgument;
use crate::commands::ending::Ending;
use crate::commands::error::{CommandError, because};
use crate::commands::{file, moment, output};
use key::Key;
use records::Change;

/// What `mailkit plan rotate` is told.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mailkit plan rotate --key 2026q1a=rsa,signing,2026-01-05 --key 2025q4a=rsa,retired,2026-01-05 --now 2026-03-20
  mailkit plan rotate --ring acme.json --domain acme.example --delegate keys.host.example
  mailkit plan rotate --ring acme.json --done 2026q1a

A ring is a file that remembers the keys: with --done and --compromised it takes down what happened.
A compromised key is revoked at once; the day is that on which it became known.
Ends with 1 if something is due, with 0 if it is not yet time.")]
pub(super) struct Arguments {
    /// The file that remembers the keys; it is made when there is something to take down.
    #[arg(long, value_name = "FILE")]
    ring: Option<PathBuf>,
    /// The next step for the key of this selector has been taken.
    #[arg(long, value_name = "SELECTOR", requires = "ring")]
    done: Vec<Selector>,
    /// Somebody else may have the key of this selector.
    #[arg(long, value_name = "SELECTOR", requires = "ring")]
    compromised: Vec<Selector>,
    /// A key, its type (rsa or ed25519), its state (published, signing, retired, compromised, revoked or removed) and since when;
    /// it is added to the ring, if there is one.
    #[arg(long, value_name = "SELECTOR=TYPE,STATE,YYYY-MM-DD")]
    key: Vec<Key>,
    /// A type of key to sign with; by default both.
    #[arg(long, value_name = "TYPE")]
    r#type: Vec<KeyType>,
    /// The domain that signs: what is due shows the records that change.
    #[arg(long)]
    domain: Option<Domain>,
    /// A domain that keeps the keys: aliases lead there from the one that signs.
    #[arg(long, value_name = "DOMAIN", requires = "domain")]
    delegate: Option<Domain>,
    /// A key whose record changes: the private key in PEM, or a file with its record.
    #[arg(long, value_name = "SELECTOR=FILE", requires = "domain")]
    dkim: Vec<KeyArgument>,
    /// The day to count from; by default today.
    #[arg(long, value_name = "YYYY-MM-DD")]
    now: Option<Day>,
    /// Print as JSON.
    #[arg(long)]
    json: bool,
}

/// An action with the records that change, if a domain is known and it is due.
#[derive(Serialize)]
struct Due {
    #[serde(flatten)]
    action: RotationAction,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<Change>,
}

/// Prints the actions in their order; negative if one is due, as steps of a plan are.
pub(super) fn run(arguments: &Arguments) -> Result<Ending, CommandError> {
    let policy = match arguments.r#type.as_slice() {
        [] => RotationPolicy::default(),
        types => RotationPolicy::default().with_key_types(types.iter().copied()),
    };
    let now = moment::moment(arguments.now);
    let keys = arguments.dkim.iter().map(|it| Ok((&it.selector, it.read()?)));
    let keys = keys.collect::<Result<BTreeMap<_, _>, CommandError>>()?;
    let changes = !(arguments.done.is_empty()
        && arguments.compromised.is_empty()
        && arguments.key.is_empty());
    // Nobody else takes something down between what is read and what is written.
    let path = arguments.ring.as_deref();
    let _lock = path.filter(|_| changes).map(file::lock).transpose()?;
    let stored = path.map(ring::read).transpose()?.flatten();
    let ring = current_ring(arguments, stored.as_ref(), &policy, now)?;
    let actions = ring.next_actions(&policy, now);
    let named = || ring.keys().iter().map(|key| &key.selector);
    let is_known = |it: &Selector| {
        named().chain(actions.iter().map(|it| &it.selector)).any(|known| known == it)
    };
    if let Some(selector) = keys.keys().find(|it| !is_known(it)) {
        return Err(CommandError::new(format!("no key is called {selector}, as --dkim has it")));
    }
    let actions = actions
        .into_iter()
        .map(|action| due(arguments, &keys, action))
        .collect::<Result<Vec<_>, CommandError>>()?;
    // Nothing is taken down before all else is known to be right.
    match path {
        Some(path) if stored.as_ref() != Some(&ring) && !ring.keys().is_empty() => {
            ring::write(path, &ring)?;
        }
        _ => {}
    }
    if arguments.json {
        output::json(&actions)?;
    } else {
        output::text(&actions.iter().map(text).collect::<String>())?;
    }
    Ok(Ending::fine_if(!actions.iter().any(|it| it.action.is_due())))
}

/// The keys of the ring and of the command line, after what is taken down.
fn current_ring(
    arguments: &Arguments,
    stored: Option<&KeyRing>,
    policy: &RotationPolicy,
    now: SystemTime,
) -> Result<KeyRing, CommandError> {
    let named = arguments.key.iter().map(|key| key.0.clone());
    let keys = stored.into_iter().flat_map(KeyRing::keys).cloned().chain(named);
    let mut ring = KeyRing::new(keys).map_err(because("cannot plan with these keys"))?;
    for selector in &arguments.compromised {
        let told = ring.compromised(selector, now);
        told.map_err(because(format!("cannot give up {selector}")))?;
    }
    for selector in &arguments.done {
        let what = format!("cannot take down a step for {selector}");
        let actions = ring.next_actions(policy, now);
        let Some(action) = actions.iter().find(|it| it.selector == *selector) else {
            return Err(because(what)("nothing is left to do for it"));
        };
        ring.done(action, policy, now).map_err(because(what))?;
    }
    Ok(ring)
}

fn due(
    arguments: &Arguments,
    keys: &BTreeMap<&Selector, DkimKeyRecord>,
    action: RotationAction,
) -> Result<Due, CommandError> {
    let Some(domain) = arguments.domain.as_ref().filter(|_| action.is_due()) else {
        return Ok(Due { action, change: None });
    };
    let place = arguments.delegate.clone().map_or(KeyPlace::Domain, KeyPlace::Delegated);
    let change = Change::of(&action, domain, &place, keys.get(&action.selector));
    let change = change.map_err(because(format!("no name for the key {}", action.selector)))?;
    Ok(Due { action, change: Some(change) })
}

fn text(due: &Due) -> String {
    let mark = if due.action.is_due() { "now    " } else { "later  " };
    let change = due.change.as_ref().map(ToString::to_string).unwrap_or_default();
    let lines: String = change.lines().map(|line| format!("       {line}\n")).collect();
    format!("{mark}{}\n{lines}", due.action)
}
