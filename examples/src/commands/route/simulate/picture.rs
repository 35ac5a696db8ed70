//! A picture of one fault: how long each mail took, and which host it tried first.

mod panel;

use std::fmt::Write as _;

use mailkit_route::sim::{
    Contender, Layout, Pace, Scenario, ScenarioOutcome, Trouble, World, trace,
};

use super::Work;
use super::geography::Geography;
use crate::commands::error::{CommandError, because};
use panel::Panel;

/// Draws the first scenario with the first seed: static routing above mailkit's.
pub(super) fn drawn(work: &Work<'_>, page: bool) -> Result<String, CommandError> {
    let asked = work.arguments.scenario.as_deref().and_then(<[_]>::first).copied();
    let usual = Scenario::new(Trouble::Blackhole, Layout::Primary, Pace::Steady);
    let scenario = asked.unwrap_or(usual);
    let mut panels = Vec::new();
    for contender in [Contender::Static, Contender::Mailkit] {
        panels.push(panel(work, scenario, contender)?);
    }
    let times = panels.iter().flat_map(|it| &it.mails).filter_map(|it| Some(it.taken? - it.posted));
    let slowest = times.fold(0.0, f64::max);
    let decades = ((slowest * 1.3).log10() + 1.0).max(DECADES);
    panels.iter_mut().for_each(|panel| panel.decades = decades);
    let svg = svg(work, scenario, &panels);
    Ok(if page { in_page(&svg) } else { svg })
}

fn panel(work: &Work<'_>, scenario: Scenario, contender: Contender) -> Result<Panel, CommandError> {
    let Geography { topology, weather, .. } = work.geography;
    let seed = work.arguments.seeds.first;
    let world = World::of_scenario(topology, weather, work.egresses, scenario, seed);
    let world = world.map_err(because("there is no such world"))?;
    let policy = contender.policy(&world, seed);
    let mut policy = policy.map_err(because("cannot plan from these egresses"))?;
    let mails = trace(&world, policy.as_mut(), scenario.rate(), seed).mails;
    let outcome = ScenarioOutcome::of(topology, weather, work.egresses, scenario, contender, seed);
    let outcome = outcome.map_err(because("cannot run the scenario"))?;
    let egresses = if contender.is_at_home() { 1 } else { work.egresses.len() };
    let decades = DECADES;
    Ok(Panel { scenario, contender, egresses, mails, outcome, decades })
}

fn svg(work: &Work<'_>, scenario: Scenario, panels: &[Panel]) -> String {
    let height = TOP + HEIGHT * panels.len() + FOOT;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" role=\"img\" font-family=\"system-ui, 'Segoe UI', 'Noto Sans', sans-serif\" font-size=\"13\" \
         fill=\"#1f2933\">\n<title>{title}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
         <text x=\"32\" y=\"40\" font-size=\"22\" font-weight=\"600\">{title}</text>\n\
         <text x=\"32\" y=\"64\" fill=\"#52606d\">{below}</text>\n",
        title = escaped(title(scenario)),
        below = escaped(&below(work, scenario)),
    );
    svg.push_str(&legend(scenario));
    for (number, panel) in panels.iter().enumerate() {
        let y = TOP + number * HEIGHT;
        let _ = writeln!(svg, "<g transform=\"translate(0 {y})\">{}</g>", panel.drawn());
    }
    let _ = writeln!(
        svg,
        "<text x=\"{MIDDLE}\" y=\"{}\" text-anchor=\"middle\" fill=\"#52606d\">minutes since the fault began</text>\n</svg>",
        height - 16
    );
    svg
}

fn title(scenario: Scenario) -> &'static str {
    match scenario.trouble {
        Trouble::Blackhole => "A mail host is silent for half an hour",
        Trouble::Refuse => "A mail host refuses connections for half an hour",
        Trouble::Defer => "A mail host answers 4xx for half an hour",
        Trouble::Jitter => "The best way to a mail host is congested for half an hour",
        _ => "Half an hour of trouble",
    }
}

fn below(work: &Work<'_>, scenario: Scenario) -> String {
    let hosts = match scenario.layout {
        Layout::Equals => "two equal hosts and a backup",
        _ => "one host and a backup",
    };
    let pace = match scenario.pace {
        Pace::Sparse => "one mail in ten minutes",
        _ => "one mail a second",
    };
    let seed = work.arguments.seeds.first;
    format!("{hosts}; {pace}; {}; seed {seed}. Each dot is a mail.", work.geography.source)
}

fn legend(scenario: Scenario) -> String {
    let hosts: &[(usize, &str)] = match scenario.layout {
        Layout::Equals => &[(0, "the host in trouble"), (1, "its equal"), (2, "the backup")],
        _ => &[(0, "the host in trouble"), (2, "the backup")],
    };
    let mut text =
        String::from("<text x=\"32\" y=\"90\" fill=\"#52606d\">taken by, and tried first:");
    for (colour, name) in hosts {
        let fill = panel::COLOURS.get(*colour).copied().unwrap_or_default();
        let _ = write!(
            text,
            " <tspan dx=\"10\" fill=\"{fill}\" font-size=\"16\">●</tspan> <tspan fill=\"#1f2933\">{name}</tspan>"
        );
    }
    text + "</text>\n"
}

fn in_page(svg: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width\">\n<title>mailkit route simulate</title>\n\
         <style>body{{margin:0;background:#fff}}svg{{display:block;margin:auto;max-width:100%;height:auto}}</style>\n{svg}</html>\n"
    )
}

fn escaped(text: &str) -> String {
    let safe = mailkit_auth::visible::escaped(text);
    safe.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// From a tenth of a second to a minute and a half.
const DECADES: f64 = 2.95;
const WIDTH: usize = 1_100;
const MIDDLE: usize = (panel::LEFT + panel::RIGHT) / 2;
const TOP: usize = 108;
/// Of one panel.
const HEIGHT: usize = 324;
const FOOT: usize = 28;
