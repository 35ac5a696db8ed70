//! Where everything stands: of files, or twenty cities.

use std::path::Path;

use mailkit_route::GeoPoint;
use mailkit_route::sim::{Site, Topology, Weather};

use super::{Arguments, matrix};
use crate::commands::error::{CommandError, because};

/// Places with their round trips, and how these change.
pub(super) struct Geography {
    pub(super) topology: Topology,
    pub(super) weather: Weather,
    /// In words.
    pub(super) source: String,
}

impl Geography {
    pub(super) fn of(arguments: &Arguments) -> Result<Self, CommandError> {
        let weather = match &arguments.data {
            Some(folder) => matrix::seattle(&folder.join(SEATTLE))?,
            None => Weather::calm(),
        };
        let (topology, of) = match (&arguments.rtt, &arguments.data) {
            (Some(path), _) => {
                let coordinates = arguments.coordinates.as_deref().map(matrix::coordinates);
                let coordinates = coordinates.transpose()?.unwrap_or_default();
                (matrix::topology(path, &coordinates)?, path.display().to_string())
            }
            (None, Some(folder)) => (azure(folder)?, "Azure's medians".to_owned()),
            (None, None) => (cities()?, "twenty cities by distance".to_owned()),
        };
        let sky = if arguments.data.is_some() { "Seattle trace" } else { "calm" };
        let source = format!("{of}, {sky}, {} places", topology.sites().len());
        Ok(Self { topology, weather, source })
    }

    /// The places of the egresses: as named, else six that are known to lie far apart, else six found to.
    pub(super) fn egresses(
        &self,
        named: &[String],
        single: bool,
    ) -> Result<Vec<usize>, CommandError> {
        let find = |name: &String| {
            let unknown =
                || CommandError::new(format!("--egress {name:?}: there is no such place"));
            self.topology.find(name).ok_or_else(unknown)
        };
        let known = |names: &[&str; 6]| -> Option<Vec<usize>> {
            names.iter().map(|name| self.topology.find(name)).collect()
        };
        let mut egresses = match named {
            [] => known(&AZURE).or_else(|| known(&CITIES)).unwrap_or_else(|| self.far_apart()),
            named => named.iter().map(find).collect::<Result<_, _>>()?,
        };
        if single {
            egresses.truncate(1);
        }
        Ok(egresses)
    }

    /// The first place, and then each time the one that is farthest from all before it.
    fn far_apart(&self) -> Vec<usize> {
        let places = self.topology.sites().len();
        let mut chosen = vec![0];
        while chosen.len() < places.min(6) {
            let nearest = |place: usize| {
                let trips = chosen.iter().map(|&to| self.topology.round_trip(place, to));
                trips.fold(f64::INFINITY, f64::min)
            };
            let free = (0..places).filter(|place| !chosen.contains(place));
            let Some(next) = free.max_by(|&a, &b| nearest(a).total_cmp(&nearest(b))) else { break };
            chosen.push(next);
        }
        chosen
    }

    /// The names of some places.
    pub(super) fn names(&self, places: &[usize]) -> Vec<String> {
        let name = |&place: &usize| self.topology.sites().get(place).map(|site| site.name.clone());
        places.iter().filter_map(name).collect()
    }
}

fn azure(folder: &Path) -> Result<Topology, CommandError> {
    let coordinates = matrix::azure_coordinates(&folder.join("azure/region-coordinates.json"))?;
    matrix::topology(&folder.join("azure/azure-rtt-p50-ms.csv"), &coordinates)
}

/// Twenty cities, as far apart in time as their distance makes them.
fn cities() -> Result<Topology, CommandError> {
    let site = |&(name, latitude, longitude): &(&str, f64, f64)| {
        Ok(Site::new(name, Some(GeoPoint::new(latitude, longitude)?)))
    };
    let sites: Result<Vec<Site>, mailkit_route::ConfigError> = WORLD.iter().map(site).collect();
    let sites = sites.map_err(because("there are no such cities"))?;
    Topology::new(sites, |_, _| None).map_err(because("there are no such cities"))
}

const SEATTLE: &str = "netlatency/seattle-99x99x172-u16le-10ms.bin.gz";
const AZURE: [&str; 6] =
    ["East Asia", "Southeast Asia", "West Europe", "East US", "Brazil South", "UAE North"];
const CITIES: [&str; 6] =
    ["Hong Kong", "Singapore", "Frankfurt", "Washington", "São Paulo", "Dubai"];

/// Degrees north and east, to a tenth.
const WORLD: [(&str, f64, f64); 20] = [
    ("Amsterdam", 52.4, 4.9),
    ("Cape Town", -33.9, 18.4),
    ("Chicago", 41.9, -87.6),
    ("Dubai", 25.2, 55.3),
    ("Frankfurt", 50.1, 8.7),
    ("Hong Kong", 22.3, 114.2),
    ("London", 51.5, -0.1),
    ("Los Angeles", 34.1, -118.2),
    ("Madrid", 40.4, -3.7),
    ("Mexico City", 19.4, -99.1),
    ("Mumbai", 19.1, 72.9),
    ("São Paulo", -23.6, -46.6),
    ("Seoul", 37.6, 127.0),
    ("Shanghai", 31.2, 121.5),
    ("Singapore", 1.4, 103.8),
    ("Stockholm", 59.3, 18.1),
    ("Sydney", -33.9, 151.2),
    ("Tokyo", 35.7, 139.7),
    ("Warsaw", 52.2, 21.0),
    ("Washington", 38.9, -77.0),
];
