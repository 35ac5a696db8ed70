//! Round trips, coordinates and traces in files.

use std::collections::HashMap;
use std::io::Read as _;
use std::path::Path;

use csv::{ReaderBuilder, StringRecord, Trim};
use flate2::read::GzDecoder;
use mailkit_route::GeoPoint;
use mailkit_route::sim::{Site, Topology, Weather};
use serde::Deserialize;

use crate::commands::error::{CommandError, because};
use crate::commands::input::{MAX_FILE, MAX_SMALL_FILE, read, read_text};
use crate::commands::output;

/// Where places are, by their names.
pub(super) type Coordinates = HashMap<String, GeoPoint>;

/// Reads a square of round trips in milliseconds. A place with less than half of its round trips is left out; the
/// distance stands for one that is missing otherwise.
pub(super) fn topology(path: &Path, coordinates: &Coordinates) -> Result<Topology, CommandError> {
    let what = || format!("{} is no matrix of round trips", path.display());
    let rows = rows(path)?;
    let Some((head, rows)) = rows.split_first() else { return Err(CommandError::new(what())) };
    let mut known = HashMap::new();
    let mut names: Vec<&str> = Vec::new();
    for row in rows {
        let Some(from) = row.get(0).filter(|name| !name.is_empty()) else { continue };
        names.push(from);
        for (to, cell) in head.iter().zip(row).skip(1).filter(|(_, cell)| !cell.is_empty()) {
            let wrong = format!("{}: from {from} to {to}", what());
            let milliseconds: f64 = cell.parse().map_err(because(wrong))?;
            known.insert((from, to), milliseconds / 1_000.0);
        }
    }
    let has = |from, to| known.contains_key(&(from, to)) || known.contains_key(&(to, from));
    let (kept, left): (Vec<&str>, Vec<&str>) = names.iter().partition(|from| {
        let others = names.iter().filter(|to| to != from);
        2 * others.filter(|to| has(from, to)).count() + 2 > names.len()
    });
    if !left.is_empty() {
        output::note(&format!("too few round trips are known of {}", left.join(", ")));
    }
    let site = |name: &&str| Site::new(*name, coordinates.get(*name).copied());
    let between = |from: usize, to: usize| known.get(&(*kept.get(from)?, *kept.get(to)?)).copied();
    Topology::new(kept.iter().map(site).collect(), between).map_err(because(what()))
}

/// Reads name, latitude and longitude; a first line without numbers is a heading.
pub(super) fn coordinates(path: &Path) -> Result<Coordinates, CommandError> {
    let rows = rows(path)?;
    let degrees = |row: &StringRecord, column| row.get(column).and_then(|cell| cell.parse().ok());
    let mut places = Coordinates::new();
    for (number, row) in rows.iter().enumerate() {
        let place = degrees(row, 1).zip(degrees(row, 2));
        let point = place.map(|(latitude, longitude)| GeoPoint::new(latitude, longitude));
        match (row.get(0), point) {
            (Some(name), Some(Ok(point))) => drop(places.insert(name.to_owned(), point)),
            _ if number == 0 => {}
            _ => {
                let (line, path) = (number + 1, path.display());
                let what = format!("{path}: line {line} is not a name, a latitude, a longitude");
                return Err(CommandError::new(what));
            }
        }
    }
    Ok(places)
}

/// The same of Azure's regions, as JSON.
pub(super) fn azure_coordinates(path: &Path) -> Result<Coordinates, CommandError> {
    #[derive(Deserialize)]
    struct Region {
        #[serde(rename = "displayName")]
        name: String,
        lat: f64,
        lon: f64,
    }
    let what = || format!("{} holds no coordinates", path.display());
    let regions: HashMap<String, Region> =
        serde_json::from_str(&read_text(path, MAX_SMALL_FILE)?).map_err(because(what()))?;
    let place = |it: Region| Ok((it.name, GeoPoint::new(it.lat, it.lon)?));
    let places: Result<_, mailkit_route::ConfigError> = regions.into_values().map(place).collect();
    places.map_err(because(what()))
}

/// The Seattle trace: 99 × 99 pairs, in 172 slices over three hours, as little-endian numbers of 16 bits.
pub(super) fn seattle(path: &Path) -> Result<Weather, CommandError> {
    let packed = read(path, MAX_FILE)?;
    let mut octets = Vec::new();
    let read = GzDecoder::new(packed.as_slice()).take(MAX_FILE).read_to_end(&mut octets);
    read.map_err(because(format!("cannot unpack {}", path.display())))?;
    let (pairs, slices) = (99 * 99, 172);
    if octets.len() != 2 * pairs * slices {
        let what = format!("{} is not the trace of 99 × 99 × 172", path.display());
        return Err(CommandError::new(what));
    }
    let number = |pair: &[u8; 2]| u16::from_le_bytes(*pair);
    let (numbers, _) = octets.as_chunks();
    let numbers: Vec<u16> = numbers.iter().map(number).collect();
    Ok(Weather::from_trace(&numbers, pairs, 10_800.0 / 172.0))
}

fn rows(path: &Path) -> Result<Vec<StringRecord>, CommandError> {
    let text = read_text(path, MAX_FILE)?;
    let mut reader = ReaderBuilder::new();
    reader.has_headers(false).flexible(true).trim(Trim::All).comment(Some(b'#'));
    let rows = reader.from_reader(text.as_bytes()).into_records().collect::<Result<_, _>>();
    rows.map_err(because(format!("{} is no CSV", path.display())))
}
