//! What became of the mail, in figures, and how far two runs are apart.

use mailkit_route::sim::{MailTrace, Path};

use crate::world::{HOSTS, Trouble};

/// What became of a mail, in seconds since the world began.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    pub(crate) domain: usize,
    pub(crate) posted: f64,
    /// The paths of its connections, in the order of time.
    pub(crate) tries: Vec<Path>,
    pub(crate) taken: Option<f64>,
}

impl From<&MailTrace> for Mail {
    fn from(mail: &MailTrace) -> Self {
        let tries = mail.tries.iter().map(|it| it.path).collect();
        Self { domain: mail.domain, posted: mail.posted, tries, taken: mail.taken }
    }
}

impl Mail {
    fn seconds(&self) -> f64 {
        self.taken.expect("all mail is taken in the end") - self.posted
    }

    /// Whether its first connection brought nothing.
    fn met_a_fault(&self) -> bool {
        self.tries.len() > 1
    }

    fn goes_first_to(&self, host: usize) -> bool {
        self.tries.first().is_some_and(|path| path.host == host)
    }
}

/// A time in which a host takes no mail.
struct Fault {
    host: usize,
    from: f64,
    until: f64,
}

fn faults() -> impl Iterator<Item = Fault> {
    HOSTS.iter().enumerate().flat_map(|(host, row)| {
        let dead = row.faults.iter().filter(|(.., trouble)| !matches!(trouble, Trouble::Slow(_)));
        dead.map(move |&(from, until, _)| Fault { host, from, until })
    })
}

/// What became of the mail of several worlds; times are seconds.
pub(crate) struct Figures([f64; ROWS.len()]);

/// What is compared, and within which bound.
const ROWS: [(&str, Bound); 6] = [
    ("time to acceptance, mean", Bound::Share),
    ("time to acceptance, half of the mails", Bound::Share),
    ("time to acceptance, 95 of 100 mails", Bound::Share),
    ("share of mails that met a fault", Bound::Share),
    ("from the first mail that met a fault until 20 in a row avoid the host", Bound::Spread),
    ("from the end of a fault until the host is tried first again", Bound::Spread),
];

#[derive(Clone, Copy)]
enum Bound {
    /// Within 15 % of the simulator with the same mail.
    Share,
    /// Within 15 % of the range that the simulator has with this mail and other mail: a dozen faults tell it, and
    /// whether one mail more meets a fault decides how long the pause after it is.
    Spread,
}

impl Figures {
    pub(crate) fn of(worlds: &[Vec<Mail>]) -> Self {
        let mails: Vec<&Mail> = worlds.iter().flatten().collect();
        let mut times: Vec<f64> = mails.iter().map(|mail| mail.seconds()).collect();
        times.sort_by(f64::total_cmp);
        let met = mails.iter().filter(|mail| mail.met_a_fault()).count() as f64;
        let each = || worlds.iter().flat_map(|mails| faults().map(move |fault| (mails, fault)));
        Self([
            mean(times.iter().copied()),
            quantile(&times, 0.5),
            quantile(&times, 0.95),
            met / mails.len() as f64,
            mean(each().filter_map(|(mails, fault)| left_after(mails, &fault))),
            mean(each().filter_map(|(mails, fault)| back_after(mails, &fault))),
        ])
    }
}

/// Seconds from the first mail that met a fault to the first of many in a row that go elsewhere.
fn left_after(mails: &[Mail], fault: &Fault) -> Option<f64> {
    let domain = HOSTS[fault.host].domain;
    // A mail on its way when the fault begins meets it as well.
    let (from, until) = (fault.from - ON_ITS_WAY, fault.until);
    let posted = |mail: &&Mail| mail.domain == domain && (from..until).contains(&mail.posted);
    let mails: Vec<&Mail> = mails.iter().filter(posted).collect();
    let meets = |mail: &&Mail| mail.goes_first_to(fault.host) && mail.met_a_fault();
    let met = mails.iter().position(meets)?;
    let mut rows = mails[met..].windows(IN_A_ROW);
    let left = rows.find(|row| row.iter().all(|mail| !mail.goes_first_to(fault.host)));
    Some(left.map_or(fault.until, |row| row[0].posted) - mails[met].posted)
}

/// Seconds from the end of a fault to the first mail that goes to the host first, where that is its usual choice.
fn back_after(mails: &[Mail], fault: &Fault) -> Option<f64> {
    if !FIRST_CHOICES.contains(&fault.host) {
        return None;
    }
    let mut after = mails.iter().filter(|mail| mail.posted >= fault.until);
    let back = after.find(|mail| mail.goes_first_to(fault.host));
    Some(back.map_or(f64::INFINITY, |mail| mail.posted) - fault.until)
}

/// Sets the run over sockets beside those in the simulator.
pub(crate) fn table(simulated: &[Figures], real: &Figures) -> String {
    let mut table = String::from(
        "| | simulator | with other mail | sockets | apart |\n|---|---|---|---|---|\n",
    );
    for (row, (name, _)) in ROWS.iter().enumerate() {
        let Spread { lowest, highest } = Spread::of(simulated, row);
        let (same, own) = (simulated[0].0[row], real.0[row]);
        let apart = 100.0 * (own / same - 1.0);
        table += &format!(
            "| {name} | {same:.3} | {lowest:.3} to {highest:.3} | {own:.3} | {apart:+.1} % |\n"
        );
    }
    table
}

/// What is further apart than its bound allows.
pub(crate) fn apart(simulated: &[Figures], real: &Figures) -> Vec<&'static str> {
    let rows = ROWS.iter().enumerate();
    let far = rows.filter(|(row, (_, bound))| {
        let Spread { lowest, highest } = Spread::of(simulated, *row);
        let (low, high) = match bound {
            Bound::Share => (simulated[0].0[*row], simulated[0].0[*row]),
            Bound::Spread => (lowest, highest),
        };
        !(low * (1.0 - APART)..=high * (1.0 + APART)).contains(&real.0[*row])
    });
    far.map(|(_, (name, _))| *name).collect()
}

struct Spread {
    lowest: f64,
    highest: f64,
}

impl Spread {
    fn of(simulated: &[Figures], row: usize) -> Self {
        let mut all: Vec<f64> = simulated.iter().map(|figures| figures.0[row]).collect();
        all.sort_by(f64::total_cmp);
        Self { lowest: all[0], highest: all[all.len() - 1] }
    }
}

fn mean(numbers: impl Iterator<Item = f64>) -> f64 {
    let (count, sum) = numbers.fold((0.0, 0.0), |(count, sum), one| (count + 1.0, sum + one));
    sum / count
}

/// The quantile of sorted numbers.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the list")]
fn quantile(sorted: &[f64], share: f64) -> f64 {
    sorted[(share * (sorted.len() - 1) as f64).round() as usize]
}

const APART: f64 = 0.15;
/// Seconds.
const ON_ITS_WAY: f64 = 1.0;
const IN_A_ROW: usize = 20;
/// The hosts that mail goes to while nothing is wrong.
const FIRST_CHOICES: [usize; 2] = [0, 2];
