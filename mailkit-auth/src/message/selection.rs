//! Which fields a list of names selects.

use std::cmp::Ordering;

use super::Field;

/// The indexes of the fields of a message, sorted by the length of their names, then by the names in
/// lower case, and within a name from the top: however many signatures a message has and names each of
/// them lists, none of them searches the header from its start.
#[derive(Debug)]
pub(super) struct Selection {
    sorted: Vec<usize>,
}

impl Selection {
    pub(super) fn new(fields: &[Field<'_>]) -> Self {
        let mut sorted: Vec<usize> = (0..fields.len()).collect();
        // Stable, so that fields of one name keep their order.
        sorted.sort_by(|left, right| compare(name(fields, *left), name(fields, *right)));
        Self { sorted }
    }

    /// The indexes of the fields that these names select, the lowest of each name first.
    pub(super) fn select(
        &self,
        fields: &[Field<'_>],
        names: impl IntoIterator<Item = impl AsRef<str>>,
        own: Option<usize>,
    ) -> Vec<usize> {
        // How many of its fields a name has taken, at the place where they begin.
        let mut taken = vec![0_usize; self.sorted.len()];
        let mut take = |wanted: &str| {
            let order = |index: &usize| compare(name(fields, *index), wanted.as_bytes());
            let start = self.sorted.partition_point(|index| order(index) == Ordering::Less);
            let named = self.sorted.get(start..)?;
            let named =
                named.get(..named.partition_point(|index| order(index) == Ordering::Equal))?;
            let taken = taken.get_mut(start)?;
            loop {
                let (lowest, _) = named.get(..named.len().checked_sub(*taken)?)?.split_last()?;
                *taken += 1;
                if Some(*lowest) != own {
                    return Some(*lowest);
                }
            }
        };
        names.into_iter().filter_map(|name| take(name.as_ref())).collect()
    }
}

fn name<'a>(fields: &[Field<'a>], index: usize) -> &'a [u8] {
    fields.get(index).map(Field::word).unwrap_or_default()
}

/// By length first, which tells most names apart.
fn compare(left: &[u8], right: &[u8]) -> Ordering {
    let lower = u8::to_ascii_lowercase;
    left.len().cmp(&right.len()).then_with(|| left.iter().map(lower).cmp(right.iter().map(lower)))
}

#[cfg(test)]
mod tests {
    use crate::message::{HeaderError, HeaderLimits, RawMessage};

    #[test]
    fn selection_goes_upwards() -> Result<(), HeaderError> {
        let message = b"A:1\r\na :2\r\nAB:4\r\nB:3\r\na:5\r\n\r\n";
        let message = RawMessage::read(message, HeaderLimits::default())?;
        let check = |names: &str, own: Option<usize>, expected: &str| {
            let selected = message.select(names.split(' '), own);
            let values: Vec<&[u8]> = selected.iter().map(|field| field.value).collect();
            assert_eq!(String::from_utf8_lossy(&values.concat()).replace("\r\n", " "), expected);
        };
        check("a b A a c a a ab", None, "5 3 2 1 4 ");
        check("a a a", Some(4), "2 1 ");
        check("a a a", Some(1), "5 1 ");
        check("A a", Some(0), "5 2 ");
        check("b", Some(3), "");
        check("", None, "");
        Ok(())
    }
}
