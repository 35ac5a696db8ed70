//! From a message to an assessment.

use std::borrow::Cow;

use crate::assessment::Assessment;
use crate::context::Context;
use crate::lexicon::Lexicon;
use crate::limits::Limits;
use crate::message::MessageView;
use crate::model::Model;
use crate::policy::Policy;
use crate::signal;

/// Scores messages. It holds no state between them, so one can serve all threads.
#[cfg_attr(
    feature = "message",
    doc = r#"
```
use std::time::SystemTime;
use mailkit_risk::{Code, Context, Level, Scorer};

let context = Context::new(SystemTime::UNIX_EPOCH).with_own_domain("acme.example");
let raw = b"From: Boss <boss@acrne.example>\r\nSubject: Task\r\n\r\nUrgent payment, keep this between us.\r\n";
let assessment = Scorer::builtin().assess(raw, &context);
assert!(assessment.level() >= Level::High);
assert!(assessment.reason(Code::LookalikeDomain).is_some());
```
"#
)]
#[derive(Debug, Clone)]
pub struct Scorer {
    model: Model,
    policy: Policy,
    lexicon: Cow<'static, Lexicon>,
    limits: Limits,
}

impl Scorer {
    /// The built-in model and the default policy.
    #[must_use]
    pub fn builtin() -> Self {
        Self::new(Model::builtin(), Policy::default())
    }

    /// A scorer with a model and a policy of the host's own.
    #[must_use]
    pub fn new(model: Model, policy: Policy) -> Self {
        Self {
            model,
            policy,
            lexicon: Cow::Borrowed(Lexicon::builtin()),
            limits: Limits::default(),
        }
    }

    /// Replaces the phrases.
    #[must_use]
    pub fn with_lexicon(mut self, lexicon: Lexicon) -> Self {
        self.lexicon = Cow::Owned(lexicon);
        self
    }

    /// Replaces the limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Scores a raw message. It never fails: what cannot be read is scored by what can be, and gets a reason that says so.
    #[cfg(feature = "message")]
    #[must_use]
    pub fn assess(&self, raw: &[u8], context: &Context) -> Assessment {
        self.assess_view(&MessageView::read(raw, &self.limits), context)
    }

    /// Scores a message that the host has parsed.
    ///
    /// ```
    /// use std::time::SystemTime;
    /// use mailkit_risk::{Code, Context, Mailbox, MessageView, Scorer};
    ///
    /// let mut view = MessageView::default();
    /// view.from.push(Mailbox::new("ann@supplier.example"));
    /// view.reply_to.push(Mailbox::new("ann.supplier@gmail.com"));
    /// let assessment = Scorer::builtin().assess_view(&view, &Context::new(SystemTime::UNIX_EPOCH));
    /// assert_eq!(assessment.reasons()[0].code, Code::ReplyToFreemail);
    /// ```
    #[must_use]
    pub fn assess_view(&self, view: &MessageView, context: &Context) -> Assessment {
        let findings = signal::find(view, context, &self.lexicon, &self.limits);
        let reasons = self.model.weigh(findings.list);
        Assessment::new(self.model.prior(), reasons, findings.unscannable, |score| {
            let level = self.model.level(score);
            (level, self.policy.action(level))
        })
    }
}
