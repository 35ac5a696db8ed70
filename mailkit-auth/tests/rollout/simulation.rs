//! The simulator, small.

use mailkit_auth::rollout::simulate::{Rule, Simulation};

/// What the release build shows for 10,000 domains holds for a few hundred as well.
#[test]
fn simulated_domains_break_no_stream() {
    let mut simulation = Simulation::new(300, 7);
    simulation.rules = vec![Rule::Advised];
    let mut done = 0;
    let report = simulation.run(|domains| done = domains);
    let advised = &report.rules[0];
    assert_eq!((done, advised.broken_streams, advised.mail.broken_hurt), (300, 0, 0), "{report}");
    assert!(advised.median_days_to_reject.is_some_and(|days| days <= 56), "{report}");
    assert!(report.to_string().contains("as advised\n"));
}

#[test]
fn a_calendar_breaks_streams() {
    let report = Simulation::new(60, 7).run(|_| {});
    let [advised, two_weeks, four_weeks] = report.rules.as_slice() else { panic!("{report}") };
    assert_eq!(four_weeks.rule, Rule::Calendar { days: 28 });
    assert!(two_weeks.broken_streams > four_weeks.broken_streams, "{report}");
    assert!(four_weeks.broken_streams > advised.broken_streams, "{report}");
    assert_eq!(two_weeks.median_days_to_reject, Some(56));
}

#[test]
fn a_simulation_is_repeatable() {
    let run = |seed| Simulation::new(5, seed).run(|_| {});
    assert_eq!(run(1), run(1));
    assert_ne!(run(1).rules, run(2).rules);
}
