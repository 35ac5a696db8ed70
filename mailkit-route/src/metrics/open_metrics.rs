//! The text that a monitoring system reads.

use std::{
    collections::BTreeMap,
    fmt::{self, Write},
    time::SystemTime,
};

use super::{Metric, MetricRegistry, MetricValue, Scope, ScopeKind, Series, Statistic, Window};

impl MetricRegistry {
    /// The scopes of some kinds as text in the form of OpenMetrics 1.0, all nodes together. Serve it as
    /// `application/openmetrics-text; version=1.0.0; charset=utf-8`.
    ///
    /// Everything is a gauge, for a window forgets. What is 0 or has no value is left out, but for the attempts of a
    /// scope that had one within a day.
    /// Ask for paths and hosts only where the reader has room for thousands of series.
    ///
    /// ```
    /// use mailkit_route::metrics::{MetricRegistry, ScopeKind};
    /// let text = MetricRegistry::default().open_metrics(&[ScopeKind::Egress], std::time::SystemTime::UNIX_EPOCH);
    /// assert_eq!(text, "# EOF\n");
    /// ```
    #[must_use]
    pub fn open_metrics(&self, kinds: &[ScopeKind], now: SystemTime) -> String {
        let mut families: BTreeMap<_, Family> = BTreeMap::new();
        for scope in kinds.iter().flat_map(|kind| self.scopes(*kind)) {
            let lately = Series::count(Metric::Attempts, Window::Day);
            if self.value(&scope, lately, now) == Some(MetricValue::Count(0)) {
                continue;
            }
            for (series, value) in self.values(&scope, now) {
                let is_said =
                    |value: &MetricValue| series.metric == Metric::Attempts || value.as_f64() > 0.0;
                if let Some(value) = value.filter(is_said) {
                    let name = (series.metric.family(), series.statistic);
                    let family = families.entry(name).or_insert_with(|| Family::new(series));
                    family.add(&scope, series, value);
                }
            }
        }
        let mut text: String = families.values().map(ToString::to_string).collect();
        text.push_str("# EOF\n");
        text
    }
}

/// The samples of one name.
struct Family {
    name: (&'static str, Statistic),
    about: Metric,
    samples: String,
}

impl Family {
    fn new(series: Series) -> Self {
        let name = (series.metric.family(), series.statistic);
        Self { name, about: series.metric, samples: String::new() }
    }

    fn add(&mut self, scope: &Scope, series: Series, value: MetricValue) {
        let labels = Labels { scope, series };
        // Writing to a string cannot fail.
        let _ = writeln!(self.samples, "{}{{{labels}}} {}", FullName(self.name), value.as_f64());
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = FullName(self.name);
        writeln!(f, "# TYPE {name} gauge")?;
        match self.name.1 {
            Statistic::Count => {}
            Statistic::Mean | Statistic::P95 => writeln!(f, "# UNIT {name} seconds")?,
            Statistic::Share => writeln!(f, "# UNIT {name} ratio")?,
        }
        write!(f, "# HELP {name} {}\n{}", self.about.meaning(), self.samples)
    }
}

/// The name of a family with its unit. It may hold no hyphen.
struct FullName((&'static str, Statistic));

impl fmt::Display for FullName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (family, statistic) = self.0;
        write!(f, "mailkit_route_{}", family.replace('-', "_"))?;
        f.write_str(match statistic {
            Statistic::Count if family == Metric::WholeDuration.family() => "_replies",
            Statistic::Count => "",
            Statistic::Mean => "_mean_seconds",
            Statistic::P95 => "_p95_seconds",
            Statistic::Share => "_ratio",
        })
    }
}

/// What a sample is about.
struct Labels<'a> {
    scope: &'a Scope,
    series: Series,
}

impl fmt::Display for Labels<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "scope=\"{}\"", self.scope.kind().code())?;
        match self.scope {
            Scope::Egress(egress) => label(f, "egress", egress.as_str())?,
            Scope::Host(host) => label(f, "host", &host.to_string())?,
            Scope::Path(egress, address) => {
                label(f, "egress", egress.as_str())?;
                label(f, "address", &address.to_string())?;
            }
            Scope::Provider(provider) => label(f, "provider", provider.as_str())?,
        }
        label(f, "window", self.series.window.code())?;
        self.series.metric.detail().map_or(Ok(()), |(name, value)| label(f, name, value))
    }
}

/// A label after another. OpenMetrics 1.0 escapes the backslash, the quotation mark and the line feed.
fn label(f: &mut fmt::Formatter<'_>, name: &str, value: &str) -> fmt::Result {
    write!(f, ",{name}=\"")?;
    for c in value.chars() {
        match c {
            '\\' => f.write_str("\\\\")?,
            '"' => f.write_str("\\\"")?,
            '\n' => f.write_str("\\n")?,
            c => f.write_char(c)?,
        }
    }
    f.write_char('"')
}
