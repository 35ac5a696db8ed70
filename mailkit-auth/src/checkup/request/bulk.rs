//! What a bulk sender knows about its mail.

/// Complaints in proportion to messages, as Gmail's Postmaster Tools show them.
///
/// ```
/// use mailkit_auth::checkup::SpamRate;
///
/// let rate = SpamRate::new(3, 1_000);
/// assert!(rate >= SpamRate::LIMIT);
/// assert_eq!(rate.to_string(), "0.30 %");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct SpamRate {
    complaints: u64,
    messages: u64,
}

impl SpamRate {
    /// From 0.10 % on, receivers begin to file mail as spam.
    pub const TARGET: Self = Self { complaints: 1, messages: 1_000 };
    /// From 0.30 % on, receivers refuse mail.
    pub const LIMIT: Self = Self { complaints: 3, messages: 1_000 };

    /// So many complaints about so many messages. No messages count as one.
    #[must_use]
    pub const fn new(complaints: u64, messages: u64) -> Self {
        Self { complaints, messages: if messages == 0 { 1 } else { messages } }
    }

    fn parts(self, other: Self) -> (u128, u128) {
        let (own, its) = (u128::from(self.complaints), u128::from(other.complaints));
        (own * u128::from(other.messages), its * u128::from(self.messages))
    }
}

impl PartialEq for SpamRate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for SpamRate {}

impl PartialOrd for SpamRate {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SpamRate {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let (own, its) = self.parts(*other);
        own.cmp(&its)
    }
}

impl std::fmt::Display for SpamRate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hundredths = u128::from(self.complaints) * 10_000 / u128::from(self.messages);
        write!(f, "{}.{:02} %", hundredths / 100, hundredths % 100)
    }
}

/// Whether mail is sent over TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DeliveryTls {
    /// All of it, wherever the receiver offers TLS.
    Always,
    /// Some hosts send without.
    Sometimes,
    /// None of it.
    Never,
}
