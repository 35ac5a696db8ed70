//! Searches for marks in a report, which go on where they stopped.

use memchr::memmem::Finder;

use super::window::octets_u64;

/// The search for one mark. As long as it is asked for places further and further on, it looks at no
/// octet of the report twice, however often and from wherever it is asked.
#[derive(Debug)]
pub(super) struct Seek {
    mark: Finder<'static>,
    /// From where in the report on `at` holds.
    since: u64,
    /// Where the mark stands; if it was not found, before where it does not.
    at: u64,
    found: bool,
    /// Octets that were looked at.
    #[cfg(test)]
    pub(super) searched: u64,
}

impl Seek {
    pub(super) fn new(mark: &[u8]) -> Self {
        Self {
            mark: Finder::new(mark).into_owned(),
            since: 0,
            at: 0,
            found: false,
            #[cfg(test)]
            searched: 0,
        }
    }

    /// How long the mark is.
    pub(super) fn length(&self) -> usize {
        self.mark.needle().len()
    }

    /// Where the mark first stands in `octets`, which begin at `start` of the report, at `from` or
    /// later.
    #[inline]
    pub(super) fn look(&mut self, octets: &[u8], start: u64, from: usize) -> Option<usize> {
        let least = start + octets_u64(from);
        let is_known = self.since <= least && least <= self.at;
        if !is_known {
            (self.since, self.at, self.found) = (least, least, false);
        }
        let from = usize::try_from(self.at - start).ok()?;
        if self.found { Some(from) } else { self.search(octets, from) }
    }

    fn search(&mut self, octets: &[u8], from: usize) -> Option<usize> {
        let rest = octets.get(from..).unwrap_or_default();
        let found = self.mark.find(rest);
        #[cfg(test)]
        {
            self.searched += octets_u64(found.unwrap_or(rest.len()));
        }
        // The end of what is there may be the beginning of the mark.
        let unsure = self.length().saturating_sub(1);
        let passed = found.unwrap_or_else(|| rest.len().saturating_sub(unsure));
        self.at += octets_u64(passed);
        self.found = found.is_some();
        found.map(|at| from + at)
    }
}
