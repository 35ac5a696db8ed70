//! Egresses and places on the command line.

use std::net::IpAddr;
use std::str::FromStr;

use mailkit_route::{Egress, GeoPoint};

use crate::commands::error::{CommandError, because};
use crate::commands::output;

/// An egress as `hk,ap-east,22.3,114.2,192.0.2.9`.
#[derive(Clone, Debug)]
pub(super) struct EgressArgument(Egress);

impl FromStr for EgressArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split(',').map(str::trim).collect();
        let [id, region, latitude, longitude, addresses @ ..] = parts.as_slice() else {
            return Err(
                "write it as hk,ap-east,22.3,114.2, an address behind it if it has one".into()
            );
        };
        let mut egress = Egress::new(id, region, point(latitude, longitude)?);
        for address in addresses {
            let wrong = |error| format!("{address:?}: {error}");
            egress = egress.with_address(address.parse::<IpAddr>().map_err(wrong)?);
        }
        Ok(Self(egress))
    }
}

/// Where an address stands: `203.0.113.10=53.6,10.0`.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) address: IpAddr,
    pub(super) point: GeoPoint,
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = "write it as 203.0.113.10=53.6,10.0";
        let (address, place) = text.split_once('=').ok_or(form)?;
        let (latitude, longitude) = place.split_once(',').ok_or(form)?;
        let address = address.parse().map_err(|error| format!("{address:?}: {error}"))?;
        Ok(Self { address, point: point(latitude, longitude)? })
    }
}

fn point(latitude: &str, longitude: &str) -> Result<GeoPoint, String> {
    let degrees = |text: &str| {
        text.trim().parse::<f64>().map_err(|_| format!("{text:?} is no number of degrees"))
    };
    GeoPoint::new(degrees(latitude)?, degrees(longitude)?).map_err(|error| error.to_string())
}

/// The egresses of the command line, or three for a first look.
pub(super) fn egresses(given: &[EgressArgument]) -> Result<Vec<Egress>, CommandError> {
    if !given.is_empty() {
        return Ok(given.iter().map(|it| it.0.clone()).collect());
    }
    output::note("no --egress: planned from hk, fra and iad, which are made up");
    let made_up = MADE_UP.iter().map(|text| text.parse::<EgressArgument>().map(|it| it.0));
    made_up.collect::<Result<_, _>>().map_err(because("cannot plan"))
}

const MADE_UP: [&str; 3] =
    ["hk,ap-east,22.3,114.2", "fra,eu-central,50.1,8.7", "iad,us-east,38.9,-77.4"];
