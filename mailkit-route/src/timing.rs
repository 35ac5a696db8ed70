//! When mail is sent, and how much of it: windows, warm-up, pacing, guards, and whom to tell.
//!
//! Each part gives a verdict with a stable `code()`; those about sending have `is_allowed()` and, where it is known,
//! the time from which asking again makes sense. What was learned is lost with the process, but for what a part gives
//! out and takes back in its `restore`. A host asks them in this order: the windows when it queues a
//! mail, then the volume guard; the warm-up when it chooses an egress; the pacing when it connects.
//!
//! ```
//! use mailkit_route::timing::{
//!     Lane, Pacing, PacingLimits, PacingVerdict, SendFeedback, SendWindows, WarmUp, WarmUpCurve, WarmUpOptions,
//! };
//! use mailkit_route::{Egress, GeoPoint, HopOutcome, ReplyClass, RetryPolicy, Stage};
//! use std::time::{Duration, SystemTime};
//!
//! let hour = |n: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(n * 3600);
//! let office = SendWindows::new([hour(33)..hour(41), hour(57)..hour(65)])?;
//! let egress = Egress::new("fra", "eu-central", GeoPoint::new(50.11, 8.68)?);
//! let lane = Lane::new(egress.id(), &"google".parse()?);
//! let (policy, mut pacing) = (RetryPolicy::default(), Pacing::new(PacingLimits::default()));
//! let mut warm_up = WarmUp::new(WarmUpOptions::default());
//! warm_up.start(&lane, WarmUpCurve::new([1, 2])?, hour(24))?;
//!
//! // Two mails come in at night, and wait for the office to open.
//! let queued = hour(30);
//! let now = policy.schedule(None).first_attempt(&office, queued, queued).at().ok_or("no window")?;
//! assert!(now >= hour(33) && now < hour(34));
//!
//! // The first has its place in the budget, and a connection.
//! assert!(warm_up.take(&lane, now).is_allowed());
//! let PacingVerdict::Go(lease) = pacing.acquire(&lane, now) else { return Err("no connection".into()) };
//!
//! // The second has none today: it waits for the next day of the curve, and then for the office.
//! let verdict = warm_up.take(&lane, now);
//! assert_eq!((verdict.code(), verdict.not_before()), ("warm-up-spent", Some(hour(48))));
//! assert_eq!(verdict.not_before().and_then(|next| office.next_open(next)), Some(hour(57)));
//!
//! // The first is greylisted: that says nothing about the pace, and the retry comes soon.
//! let outcome = HopOutcome::replied(Stage::RcptTo, "450 4.7.1 greylisted".parse()?);
//! let feedback = SendFeedback::of(&outcome);
//! assert_eq!(feedback, SendFeedback::Neutral);
//! warm_up.record(&lane, feedback, now);
//! warm_up.give_back(&lane, now);
//! pacing.release(lease, feedback, now);
//! let greylist = policy.schedule(Some(ReplyClass::Greylist));
//! let retry = greylist.after_failure_within(&office, 1, queued, now).at().ok_or("no time left")?;
//! assert!(retry >= now + Duration::from_secs(300) && office.verdict(retry).is_allowed());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod escalation;
mod feedback;
mod lane;
mod moment;
mod pacing;
mod providers;
mod rate;
mod relationship;
mod table;
mod volume;
mod warm_up;
mod window;
#[cfg(feature = "serde")]
pub(crate) mod wire;

pub use error::TimingError;
pub use escalation::{
    Channel, EscalationEvent, EscalationPolicy, EscalationRepeat, EscalationStep,
    EscalationTrigger, EscalationVerdict, Escalator,
};
pub use feedback::SendFeedback;
pub use lane::{Lane, Provider};
pub use pacing::{Pacing, PacingLease, PacingLimits, PacingOptions, PacingUsage, PacingVerdict};
pub use providers::Providers;
pub use rate::Rate;
pub use relationship::{
    ContentAdvice, LinkAdvice, RelationshipOptions, RelationshipStage, Relationships,
};
pub use volume::{VolumeGuard, VolumeOptions, VolumeVerdict};
pub use warm_up::{
    WarmUp, WarmUpCounters, WarmUpCurve, WarmUpCurves, WarmUpOptions, WarmUpVerdict,
};
pub use window::{SendWindows, WindowVerdict};
