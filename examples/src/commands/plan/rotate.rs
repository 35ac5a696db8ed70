//! `mailkit plan rotate`: what to do next with each DKIM key, and when.

use std::str::FromStr;

use mailkit_auth::Selector;
use mailkit_auth::record::dkim::KeyType;
use mailkit_auth::rollout::Day;
use mailkit_auth::rotation::{KeyRing, KeyState, RotationAction, RotationKey, RotationPolicy};

use crate::commands::ending::Ending;
use crate::commands::error::{CommandError, because};
use crate::commands::{moment, output};

/// What `mailkit plan rotate` is told.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  mailkit plan rotate --key 2026q1a=rsa,signing,2026-01-05 --key 2025q4a=rsa,retired,2026-01-05 --now 2026-03-20

A compromised key is revoked at once; the day is that on which it became known.
Ends with 1 if something is due, with 0 if it is not yet time.")]
pub(super) struct Arguments {
    /// A key, its type (rsa or ed25519), its state (published, signing, retired, compromised, revoked or removed) and since when.
    #[arg(long, value_name = "SELECTOR=TYPE,STATE,YYYY-MM-DD")]
    key: Vec<Key>,
    /// A type of key to sign with; by default both.
    #[arg(long, value_name = "TYPE")]
    r#type: Vec<KeyType>,
    /// The day to count from; by default today.
    #[arg(long, value_name = "YYYY-MM-DD")]
    now: Option<Day>,
    /// Print as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Debug)]
struct Key(RotationKey);

impl FromStr for Key {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = "write it as selector=rsa,signing,2026-01-05";
        let (selector, rest) = text.split_once('=').ok_or(form)?;
        let selector: Selector = selector.parse().map_err(|error| format!("{error}"))?;
        let mut parts = rest.split(',');
        let (key_type, state) = (parts.next().ok_or(form)?, parts.next().ok_or(form)?);
        let key_type: KeyType = key_type.parse().map_err(|error| format!("type: {error}"))?;
        let day = parts.next().map(str::parse::<Day>).transpose();
        let day = day.map_err(|error| format!("{error}"))?.map(Day::start);
        let state = match (state, day) {
            ("published", Some(since)) => KeyState::Published { since },
            ("signing", Some(since)) => KeyState::Signing { since },
            ("retired", Some(last_signature)) => KeyState::Retired { last_signature },
            ("compromised", Some(since)) => KeyState::Compromised { since },
            ("revoked", Some(since)) => KeyState::Revoked { since },
            ("removed", _) => KeyState::Removed,
            _ => return Err(form.to_owned()),
        };
        Ok(Self(RotationKey::new(selector, key_type, state)))
    }
}

/// Prints the actions in their order; negative if one is due, as steps of a plan are.
pub(super) fn run(arguments: &Arguments) -> Result<Ending, CommandError> {
    let keys = arguments.key.iter().map(|key| key.0.clone());
    let ring = KeyRing::new(keys).map_err(because("cannot plan with these keys"))?;
    let policy = match arguments.r#type.as_slice() {
        [] => RotationPolicy::default(),
        types => RotationPolicy::default().with_key_types(types.iter().copied()),
    };
    let actions = ring.next_actions(&policy, moment::moment(arguments.now));
    if arguments.json {
        output::json(&actions)?;
    } else {
        let lines = actions.iter().map(|action| format!("{}{action}\n", mark(action)));
        output::text(&lines.collect::<String>())?;
    }
    Ok(Ending::fine_if(!actions.iter().any(RotationAction::is_due)))
}

fn mark(action: &RotationAction) -> &'static str {
    if action.is_due() { "now    " } else { "later  " }
}
