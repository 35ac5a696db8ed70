//! A key as the command line names it.

use std::str::FromStr;

use mailkit_auth::Selector;
use mailkit_auth::record::dkim::KeyType;
use mailkit_auth::rollout::Day;
use mailkit_auth::rotation::{KeyState, RotationKey};

/// `SELECTOR=TYPE,STATE,YYYY-MM-DD`
#[derive(Clone, Debug)]
pub(super) struct Key(pub(super) RotationKey);

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
