//! One policy in the picture.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use mailkit_route::sim::{Contender, Layout, MailTrace, Scenario, ScenarioOutcome};

/// What one policy made of the mail.
pub(super) struct Panel {
    pub(super) scenario: Scenario,
    pub(super) contender: Contender,
    pub(super) egresses: usize,
    pub(super) mails: Vec<MailTrace>,
    pub(super) outcome: ScenarioOutcome,
    /// The decades from a tenth of a second up that are shown.
    pub(super) decades: f64,
}

impl Panel {
    /// The panel as a part of an SVG, its upper left corner at 0.
    pub(super) fn drawn(&self) -> String {
        let mut svg = format!(
            "\n<text x=\"32\" y=\"24\" font-size=\"16\" font-weight=\"600\">{}</text>\
             <text x=\"{RIGHT}\" y=\"24\" text-anchor=\"end\" fill=\"#52606d\">{}</text>\n",
            self.name(),
            self.caption()
        );
        self.fault(&mut svg);
        self.axes(&mut svg);
        for (colour, fill) in COLOURS.iter().enumerate() {
            let _ = writeln!(
                svg,
                "<path d=\"{}\" stroke=\"{fill}\" stroke-width=\"3.4\" stroke-linecap=\"round\" stroke-opacity=\".8\" fill=\"none\"/>",
                self.dots(colour)
            );
            let _ = writeln!(svg, "<path d=\"{}\" fill=\"{fill}\"/>", self.choices(colour));
        }
        svg
    }

    fn name(&self) -> String {
        let egresses = match self.egresses {
            1 => "one egress".to_owned(),
            several => format!("{several} egresses"),
        };
        match self.contender {
            Contender::Static => format!("Static routing by RFC 5321, {egresses}"),
            _ => format!("mailkit-route, {egresses}"),
        }
    }

    fn caption(&self) -> String {
        let ScenarioOutcome { mails, hits, failover, fail_back, slowest, .. } = &self.outcome;
        let seconds = |time: &Option<f64>| {
            time.map_or_else(|| "never".to_owned(), |it| format!("after {it:.0} s"))
        };
        let slowest = slowest.map_or_else(|| "never came".to_owned(), |it| format!("{it:.1} s"));
        format!(
            "{hits} of {mails} mails met the fault · left {} · back {} · slowest {slowest}",
            seconds(failover),
            seconds(fail_back)
        )
    }

    fn fault(&self, svg: &mut String) {
        let (from, until) = self.scenario.fault();
        let (left, right) = (self.x(from), self.x(until));
        let (height, width) = (STRIP_FOOT - CHART_TOP, right - left);
        let _ = writeln!(
            svg,
            "<rect x=\"{left:.1}\" y=\"{CHART_TOP}\" width=\"{width:.1}\" height=\"{height}\" fill=\"#d1495b\" fill-opacity=\".09\"/>"
        );
    }

    fn axes(&self, svg: &mut String) {
        let top = 0.1 * 10_f64.powf(self.decades);
        for (seconds, label) in TICKS.into_iter().filter(|(seconds, _)| *seconds <= top) {
            let y = self.y(seconds);
            let _ = writeln!(
                svg,
                "<path d=\"M{LEFT} {y:.1}H{RIGHT}\" stroke=\"#e4e7eb\"/>\
                 <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#52606d\">{label}</text>",
                LEFT - 10,
                y + 4.5
            );
        }
        let (from, _) = self.scenario.fault();
        let (first, last) = self.span();
        let mut minute = ((first - from) / 600.0).ceil() * 10.0;
        while from + minute * 60.0 <= last {
            let x = self.x(from + minute * 60.0);
            let _ = writeln!(
                svg,
                "<path d=\"M{x:.1} {STRIP_FOOT}v5\" stroke=\"#9aa5b1\"/>\
                 <text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\" fill=\"#52606d\">{minute:.0}</text>",
                STRIP_FOOT + 20
            );
            minute += 10.0;
        }
        let _ = writeln!(
            svg,
            "<text x=\"32\" y=\"{}\" fill=\"#52606d\">tried</text><text x=\"32\" y=\"{}\" fill=\"#52606d\">first</text>",
            STRIP_TOP + 10,
            STRIP_TOP + 25
        );
    }

    /// How long each mail took that a host of this colour took: each dot once.
    fn dots(&self, colour: usize) -> String {
        let dot = |mail: &MailTrace| {
            let host = mail.tries.last()?.path.host;
            let shown = self.shown(mail) && self.colour(host) == colour;
            let at = (self.x(mail.posted), self.y(mail.taken? - mail.posted));
            #[expect(clippy::cast_possible_truncation, reason = "within the picture")]
            shown.then_some(((at.0 * 2.0).round() as i32, (at.1 * 2.0).round() as i32))
        };
        let dots: BTreeSet<(i32, i32)> = self.mails.iter().filter_map(dot).collect();
        let mut path = String::new();
        for (x, y) in dots {
            let _ = write!(path, "M{} {}h0", f64::from(x) / 2.0, f64::from(y) / 2.0);
        }
        path
    }

    /// The shares of the first choices, in columns of twenty seconds; of a scenario with little mail, of five minutes.
    fn choices(&self, colour: usize) -> String {
        let (first, last) = self.span();
        let column = (last - first) / if self.mails.len() > 500 { 165.0 } else { 33.0 };
        let mut path = String::new();
        let mut from = first;
        while from < last {
            let within = |mail: &&MailTrace| mail.posted >= from && mail.posted < from + column;
            let colours: Vec<usize> =
                self.mails.iter().filter(within).filter_map(|it| self.first(it)).collect();
            let share = |is: &dyn Fn(usize) -> bool| {
                let count = colours.iter().filter(|it| is(**it)).count();
                count as f64 / colours.len().max(1) as f64
            };
            let (below, own) = (share(&|it| it < colour), share(&|it| it == colour));
            let height = f64::from(STRIP_FOOT - STRIP_TOP);
            if own > 0.0 {
                let (x, width) = (self.x(from), self.x(from + column) - self.x(from));
                let top = f64::from(STRIP_FOOT) - (below + own) * height;
                let _ =
                    write!(path, "M{x:.1} {top:.1}h{width:.1}v{:.1}h-{width:.1}z", own * height);
            }
            from += column;
        }
        path
    }

    fn first(&self, mail: &MailTrace) -> Option<usize> {
        mail.tries.first().map(|it| self.colour(it.path.host))
    }

    /// The colour of a host: the one in trouble, its equal, the backup.
    fn colour(&self, host: usize) -> usize {
        match (self.scenario.layout, host) {
            (_, 0) => 0,
            (Layout::Equals, 1) => 1,
            _ => 2,
        }
    }

    /// From a third of the fault's length before it to as long behind it.
    fn span(&self) -> (f64, f64) {
        let (from, until) = self.scenario.fault();
        (from - 600.0, (until + 900.0).min(self.scenario.length()))
    }

    fn shown(&self, mail: &MailTrace) -> bool {
        let (first, last) = self.span();
        (first..last).contains(&mail.posted)
    }

    fn x(&self, time: f64) -> f64 {
        let (first, last) = self.span();
        LEFT as f64 + (time - first) / (last - first) * (RIGHT - LEFT) as f64
    }

    /// Times stand by their logarithm.
    fn y(&self, seconds: f64) -> f64 {
        let place = (seconds.max(0.1).log10() + 1.0) / self.decades;
        f64::from(CHART_FOOT) - place.min(1.0) * f64::from(CHART_FOOT - CHART_TOP)
    }
}

/// Of the host in trouble, its equal, and the backup: told apart also by those who see few colours.
pub(super) const COLOURS: [&str; 3] = ["#0072b2", "#009e73", "#e69f00"];
pub(super) const LEFT: usize = 92;
pub(super) const RIGHT: usize = 1_068;
const CHART_TOP: i32 = 40;
const CHART_FOOT: i32 = 240;
const STRIP_TOP: i32 = 252;
const STRIP_FOOT: i32 = 284;
const TICKS: [(f64, &str); 5] =
    [(0.1, "0.1 s"), (1.0, "1 s"), (10.0, "10 s"), (100.0, "100 s"), (1_000.0, "1000 s")];
