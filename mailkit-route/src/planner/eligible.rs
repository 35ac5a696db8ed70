//! Which egresses may carry a mail, and which it would rather take.

use super::RoutePlanner;
use crate::demand::Wish;
use crate::evidence::Field;
use crate::{Demand, Removed};

impl RoutePlanner {
    /// The egresses that a demand allows, and those it would rather take.
    pub(super) fn field(&self, demand: &Demand) -> Field<'static> {
        let mut field = Field { egresses: 0, ..Field::default() };
        for (number, egress) in self.egresses.iter().enumerate() {
            let bit = 1 << number;
            if demand.egress_rule(egress).is_none() {
                field.egresses |= bit;
            }
            match demand.wish(egress) {
                Some((Wish::Kept, _)) => field.kept |= bit,
                Some((Wish::Carrier, _)) => field.wished |= bit,
                None => {}
            }
        }
        field
    }

    /// The egresses that a demand rules out.
    pub(super) fn ruled_out(&self, demand: &Demand) -> impl Iterator<Item = Removed> {
        self.egresses.iter().filter_map(|egress| {
            let rule = demand.egress_rule(egress)?;
            Some(Removed { egress: Some(egress.id().clone()), ..Removed::new(rule) })
        })
    }
}
