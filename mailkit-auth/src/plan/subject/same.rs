//! When two records say the same.

use std::str::FromStr;

use super::Subject;
use crate::lookup::RecordData;
use crate::record::{BimiRecord, MtaStsRecord, TlsRptRecord};
use crate::zone::ZoneRecord;
use crate::{DkimKeyRecord, DmarcRecord, SpfRecord};

/// Whether two records at a name say the same, perhaps in other words.
pub(super) fn same(one: &ZoneRecord, other: &ZoneRecord) -> bool {
    if one.name != other.name {
        return false;
    }
    let (RecordData::Txt(a), RecordData::Txt(b)) = (&one.data, &other.data) else {
        return one.data == other.data;
    };
    let (Ok(a), Ok(b)) = (str::from_utf8(a), str::from_utf8(b)) else { return a == b };
    a == b
        || match Subject::of(one) {
            Subject::Key(_) => same_key(a, b),
            Subject::Spf(_) => same_record::<SpfRecord>(a, b),
            Subject::Dmarc(_) => same_record::<DmarcRecord>(a, b),
            Subject::MtaSts(_) => same_record::<MtaStsRecord>(a, b),
            Subject::TlsRpt(_) => same_record::<TlsRptRecord>(a, b),
            Subject::Bimi(_) => same_record::<BimiRecord>(a, b),
            Subject::Host(_) | Subject::Mx(_) | Subject::Other(_) => false,
        }
}

fn same_record<T: FromStr + PartialEq>(a: &str, b: &str) -> bool {
    matches!((a.parse::<T>(), b.parse::<T>()), (Ok(a), Ok(b)) if a == b)
}

/// Whether both keys verify the same signatures; their notes do not matter.
fn same_key(a: &str, b: &str) -> bool {
    let (Ok(a), Ok(b)) = (a.parse::<DkimKeyRecord>(), b.parse::<DkimKeyRecord>()) else {
        return false;
    };
    let material = |it: &DkimKeyRecord| (it.key_type(), it.public_key().to_vec());
    let hashes = |it: &DkimKeyRecord| it.hashes().map(<[_]>::to_vec);
    let flags = |it: &DkimKeyRecord| (it.allows_email(), it.is_testing(), it.forbids_subdomains());
    // Where nothing verifies, nothing else matters.
    material(&a) == material(&b)
        && (a.is_revoked() || (hashes(&a) == hashes(&b) && flags(&a) == flags(&b)))
}
