//! Faults of SPF records.

use mailkit_auth::lint::{TxtRecord, lint_spf, lint_spf_set, lint_spf_type_set};

use super::seeds::{Kind, Seed, found, plain, text};
use super::spf::shapes;

pub(crate) fn kind() -> Kind {
    let seeds = [whole(), ends(), terms()].into_iter().flatten().collect();
    Kind { name: "SPF", shapes: shapes(), lint: lint_spf, seeds }
}

/// Faults of the record as a whole, and of the set it stands in.
fn whole() -> Vec<Seed> {
    vec![
        text("SPF000", |shape, n| match n % 2 {
            0 => Some(shape.replacen(' ', "\t", 1)),
            _ => insert(shape, "-all:acme.example"),
        }),
        found("SPF001", |shape, _| {
            let set = [TxtRecord::new(["MS=ms12345678"]), TxtRecord::new([format!("x {shape}")])];
            Some(plain(lint_spf_set(&set)))
        }),
        found("SPF002", |shape, _| {
            let set = [shape, "google-site-verification=abc", "v=spf1 -all"];
            Some(plain(lint_spf_set(&set.map(|text| TxtRecord::new([text])))))
        }),
        text("SPF003", |shape, n| {
            let rest = shape.get("v=spf1".len()..)?;
            let version =
                [" v=spf1", "v=spf1.", "V=SPF10", "v=spf2.0", "\u{feff}v=spf1", "spf1", "v=spf"];
            Some(format!("{}{rest}", version[n % version.len()]))
        }),
        text("SPF004", |shape, n| {
            let rest = shape.get("v=spf1".len()..)?;
            let version = ["spf2.0/pra", "spf2.0/mfrom", "spf2.0/mfrom,pra", "SPF2.0/pra"];
            Some(format!("{}{rest}", version[n % version.len()]))
        }),
        found("SPF005", |shape, _| Some(plain(lint_spf_type_set(&[TxtRecord::new([shape])])))),
        text("SPF006", |shape, n| {
            insert(shape, ["a:bücher.example", "include:spf.почта.example", "\u{2013}mx"][n % 3])
        }),
        found("SPF007", |shape, _| {
            let long = insert(shape, &networks(20))?;
            Some(plain(lint_spf_set(&[TxtRecord::new([long])])))
        }),
        found("SPF008", |shape, n| {
            let shape = insert(shape, "ip4:9.9.9.9 include:a.example")?;
            let seams: Vec<usize> = shape.match_indices(' ').map(|(at, _)| at).skip(1).collect();
            let (first, rest) = shape.split_at(seams[n % 2]);
            Some(plain(lint_spf_set(&[TxtRecord::new([first, rest.trim_start()])])))
        }),
        text("SPF009", |shape, _| {
            let missing = (451_usize.saturating_sub(shape.len())).div_ceil(NETWORK);
            insert(shape, &networks(missing))
        }),
        text("SPF010", |shape, _| insert(shape, &networks(30))),
        text("SPF046", |shape, n| {
            Some(match n % 4 {
                0 => format!("\"{shape}\""),
                1 => format!("{shape}\""),
                2 => shape.replacen(' ', "\\ ", 1),
                _ => format!("\u{201c}{shape}\u{201d}"),
            })
        }),
        text("SPF047", |shape, n| match n % 4 {
            0 => Some(shape.replacen(' ', "\u{3000}", 1)),
            1 => Some(shape.replacen('=', "＝", 1)),
            2 => insert(shape, "ip4：9.9.9.9"),
            _ => insert(shape, "ｍｘ"),
        }),
    ]
}

/// Faults of how the record ends, and of what may stand once.
fn ends() -> Vec<Seed> {
    vec![
        text("SPF013", |shape, n| match n % 2 {
            0 => append(shape, "exp=a.example exp=b.example"),
            _ => append(&without_end(shape)?, "redirect=a.example redirect=b.example"),
        }),
        text("SPF014", |shape, n| {
            has_all(shape)
                .then(|| append(shape, ["mx:late.example", "ip4:9.9.9.9", "a:x.example"][n % 3]))?
        }),
        text("SPF015", |shape, n| {
            has_all(shape).then(|| append(shape, ["-all", "all", "?all"][n % 3]))?
        }),
        text("SPF016", |shape, n| match has_all(shape) {
            true => append(shape, "redirect=late.example"),
            false => append(shape, ["-all", "~all"][n % 2]),
        }),
        text("SPF017", |shape, n| append(&without_end(shape)?, ["+all", "all", "ALL"][n % 3])),
        text("SPF018", |shape, _| append(&without_end(shape)?, "?all")),
        text("SPF019", |shape, _| without_end(shape)),
    ]
}

/// Faults of single terms.
fn terms() -> Vec<Seed> {
    vec![
        text("SPF011", |shape, n| {
            let terms =
                ["includ:a.example", "ipv4:9.9.9.9", "ip:9.9.9.9", "mxx", "include=a.example"];
            insert(shape, terms[n % terms.len()])
        }),
        text("SPF012", |shape, n| {
            insert(shape, ["moo=cow", "ra=postmaster", "rp=100", "x-y=%{d}"][n % 4])
        }),
        text("SPF020", |shape, n| insert(shape, ["ptr", "ptr:acme.example", "?ptr"][n % 3])),
        text("SPF021", |shape, n| {
            insert(shape, ["exists:%{p}.a.example", "a:%{p2r}.a.example"][n % 2])
        }),
        text("SPF022", |shape, _| insert(shape, &includes(11))),
        text("SPF023", |shape, _| {
            let own = shape.matches("include:").count() + shape.matches("exists:").count();
            let hosts = shape.split(' ').filter(|term| is_host(term)).count();
            insert(shape, &includes(8_usize.checked_sub(own + hosts)?))
        }),
        text("SPF029", |shape, n| {
            insert(
                shape,
                ["include:a.example mx include:a.example", "include:a.example include:A.EXAMPLE"]
                    [n % 2],
            )
        }),
        text("SPF030", |shape, n| {
            insert(
                shape,
                [
                    "ip4:9.9.0.0/16 ip4:9.9.9.9",
                    "ip6:2620::/32 ip6:2620::/48",
                    "ip4:9.9.9.9 ip4:9.9.9.9",
                ][n % 3],
            )
        }),
        text("SPF031", |shape, n| {
            insert(shape, ["ip4:2620::1", "ip6:9.9.9.9", "ip4:2620::/32"][n % 3])
        }),
        text("SPF032", |shape, n| {
            let terms = [
                "ip4:9.9.9.0/33",
                "ip6:2620::/129",
                "ip4:9.9.9.0/024",
                "ip4:9.9.9",
                "a/33",
                "mx//129",
                "ip4:9.9.9.256",
            ];
            insert(shape, terms[n % terms.len()])
        }),
        text("SPF033", |shape, n| {
            let terms = [
                "ip4:10.1.2.3",
                "ip4:192.168.0.0/16",
                "ip4:172.16.1.0/24",
                "ip4:127.0.0.1",
                "ip6:fd00::1",
                "ip4:192.0.2.7",
                "ip4:100.64.0.1",
            ];
            insert(shape, terms[n % terms.len()])
        }),
        text("SPF034", |shape, n| {
            insert(
                shape,
                ["ip4:9.0.0.0/8", "ip4:0.0.0.0/0", "ip6:2000::/3", "ip4:9.8.0.0/15"][n % 4],
            )
        }),
        text("SPF035", |shape, n| insert(shape, ["ip4:9.9.9.9/24", "ip6:2620::1/64"][n % 2])),
        text("SPF036", |shape, n| {
            let terms = [
                "exists:%{x}.a.example",
                "exists:%i.a.example",
                "include:%{d.a.example",
                "a:%{d0}.a.example",
                "mx:100%.a.example",
            ];
            insert(shape, terms[n % terms.len()])
        }),
        text("SPF037", |shape, n| {
            insert(shape, ["exists:%{t}.a.example", "a:%{R}.a.example", "mx:%{c}.a.example"][n % 3])
        }),
        text("SPF039", |shape, n| {
            insert(shape, ["a:localhost", "include:", "mx:1.2.3.4", "exists:spf", "include"][n % 5])
        }),
    ]
}

/// The record with terms right after its version.
fn insert(shape: &str, terms: &str) -> Option<String> {
    let (version, rest) = shape.split_once(' ')?;
    Some(format!("{version} {terms} {rest}"))
}

fn append(shape: &str, terms: &str) -> Option<String> {
    Some(format!("{shape} {terms}"))
}

/// The record without what says how it ends.
fn without_end(shape: &str) -> Option<String> {
    let terms = shape.split(' ').filter(|term| {
        let term = term.trim_start_matches(['-', '~', '?', '+']).to_ascii_lowercase();
        term != "all" && !term.starts_with("redirect=")
    });
    let text = terms.collect::<Vec<_>>().join(" ");
    (text.len() > "v=spf1 ".len()).then_some(text)
}

fn has_all(shape: &str) -> bool {
    shape.to_ascii_lowercase().contains("all") && !shape.contains("redirect=")
}

/// Whether a term looks up a host: `a`, `mx` or a redirect, with whatever follows.
fn is_host(term: &str) -> bool {
    let term = term.trim_start_matches(['-', '~', '?', '+']).to_ascii_lowercase();
    let name = term.split([':', '/', '=']).next().unwrap_or_default();
    matches!(name, "a" | "mx" | "redirect")
}

/// So many networks, none within another.
fn networks(count: usize) -> String {
    let network = |n: usize| format!("ip4:45.{}.{}.0/24", 100 + n / 100, 100 + n % 100);
    (0..count).map(network).collect::<Vec<_>>().join(" ")
}

/// The octets of one of these networks, with the space after it.
const NETWORK: usize = "ip4:45.100.100.0/24 ".len();

fn includes(count: usize) -> String {
    (0..count).map(|n| format!("include:s{n}.acme.example")).collect::<Vec<_>>().join(" ")
}
