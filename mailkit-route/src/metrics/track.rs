//! What is kept of one scope.

use std::ops::RangeInclusive;

use super::{Metric, Window, bucket::Bucket};

/// The slots of the four windows. A slot has its place by its number, and whatever else is there goes: the slot of
/// a window ago, or one from a clock that was set back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Track {
    rings: [[Slot; Window::SLOTS]; 4],
}

/// The events of some seconds, sorted, each with how often it happened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Slot {
    /// Since 1970, in lengths of a slot.
    pub(super) number: u64,
    pub(super) cells: Vec<(Cell, u32)>,
}

/// A metric and, for a duration, its bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cell(u16);

impl Cell {
    /// Nothing for what is computed of other metrics.
    pub(super) fn new(metric: Metric, bucket: Bucket) -> Option<Self> {
        metric.row().map(|row| Self(u16::from_be_bytes([row, bucket.0])))
    }

    /// One more of something that has no duration.
    pub(super) fn count(metric: Metric) -> Option<Self> {
        Self::new(metric, Bucket(0))
    }

    pub(super) fn bucket(self) -> Bucket {
        let [_, bucket] = self.0.to_be_bytes();
        Bucket(bucket)
    }

    /// The row of its metric.
    pub(super) fn row(self) -> u8 {
        let [row, _] = self.0.to_be_bytes();
        row
    }
}

impl Track {
    /// Adds one to each cell, and tells how many octets that took.
    pub(super) fn add(&mut self, cells: &[Cell], second: u64) -> usize {
        let mut grown = 0;
        for (window, ring) in Window::ALL.iter().zip(&mut self.rings) {
            let number = window.number(second);
            if let Some(slot) = ring.get_mut(place(number)) {
                grown += slot.add(cells, number);
            }
        }
        grown
    }

    /// Puts a slot where none is yet; whether that was so.
    pub(super) fn put(&mut self, window: Window, slot: Slot) -> bool {
        let ring = Window::ALL.iter().zip(&mut self.rings).find(|(own, _)| **own == window);
        match ring.and_then(|(_, ring)| ring.get_mut(place(slot.number))) {
            Some(free) if free.cells.is_empty() => *free = slot,
            _ => return false,
        }
        true
    }

    /// The slots that a window consists of.
    pub(super) fn slots(&self, window: Window, second: u64) -> impl Iterator<Item = &Slot> {
        let newest = window.number(second);
        let numbers = newest.saturating_sub(Window::SLOTS as u64 - 1)..=newest;
        let of_window = self.all().filter(move |(own, _)| *own == window).map(|(_, slot)| slot);
        of_window.filter(move |slot| numbers.contains(&slot.number))
    }

    /// All slots in which something was counted.
    pub(super) fn all(&self) -> impl Iterator<Item = (Window, &Slot)> {
        let rings = Window::ALL.iter().zip(&self.rings);
        let slots = rings.flat_map(|(window, ring)| ring.iter().map(|slot| (*window, slot)));
        slots.filter(|(_, slot)| !slot.cells.is_empty())
    }

    /// What it takes in memory besides itself.
    pub(super) fn octets(&self) -> usize {
        self.rings.iter().flatten().map(Slot::octets).sum()
    }
}

impl Slot {
    fn add(&mut self, cells: &[Cell], number: u64) -> usize {
        let before = self.octets();
        if self.number != number {
            self.cells.clear();
            self.number = number;
        }
        if self.cells.is_empty() {
            self.cells.reserve_exact(cells.len());
        }
        for cell in cells {
            match self.cells.binary_search_by_key(cell, |(own, _)| *own) {
                Ok(at) => {
                    if let Some((_, count)) = self.cells.get_mut(at) {
                        *count = count.saturating_add(1);
                    }
                }
                Err(at) => self.cells.insert(at, (*cell, 1)),
            }
        }
        self.octets() - before
    }

    fn octets(&self) -> usize {
        self.cells.capacity() * size_of::<(Cell, u32)>()
    }

    /// The cells of one metric.
    pub(super) fn of(&self, metric: Metric) -> &[(Cell, u32)] {
        let Some(range) = cells_of(metric) else { return &[] };
        let start = self.cells.partition_point(|(cell, _)| cell < range.start());
        let end = self.cells.partition_point(|(cell, _)| cell <= range.end());
        self.cells.get(start..end).unwrap_or(&[])
    }
}

impl Window {
    /// The slot that a second falls into.
    pub(super) fn number(self, second: u64) -> u64 {
        second / self.slot().as_secs()
    }
}

fn cells_of(metric: Metric) -> Option<RangeInclusive<Cell>> {
    Some(Cell::new(metric, Bucket(0))?..=Cell::new(metric, Bucket(u8::MAX))?)
}

fn place(number: u64) -> usize {
    usize::try_from(number % Window::SLOTS as u64).unwrap_or(0)
}
