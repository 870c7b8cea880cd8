//! A record as one string: a head of fixed width, which scripts read and change in place, and the
//! data.
//!
//! ```text
//! a revision touched expires data
//! p revision touched expires indexed entry principal data
//! ```
//!
//! `a`: nobody's; `p`: a principal's. Numbers have 20 digits, so that they compare as text does: a
//! number of Lua has 53 bits. `indexed` is until when the entry in the index is kept for certain,
//! `entry` is its token; both are nought until it is made.
//!
//! One string and no hash: a server answers with one value instead of five, which is what most of
//! a read costs on this side, and keeps it in two thirds of the memory.

use std::{io::Write, ops::Range};

use crate::store::{PrincipalId, Record, Revision};

/// Of a number.
const DIGITS: usize = 20;

const ANONYMOUS: u8 = b'a';
const OWNED: u8 = b'p';

const REVISION: Range<usize> = 1..21;
const TOUCHED: Range<usize> = 21..41;
const EXPIRES: Range<usize> = 41..61;
const INDEXED: Range<usize> = 61..81;
const PRINCIPAL: Range<usize> = 89..121;

/// `indexed` and `entry` of a record that is in no index.
const NOT_INDEXED: &[u8; PRINCIPAL.start - INDEXED.start] = b"00000000000000000000\0\0\0\0\0\0\0\0";

/// As much as a script has to look at.
pub(super) const LONGEST: usize = PRINCIPAL.end;

/// What a record says of itself.
pub(super) struct Head {
    revision: Revision,
    pub(super) principal: Option<PrincipalId>,
    pub(super) touched: u64,
    pub(super) expires: u64,
    /// Nought: it is in no index.
    pub(super) indexed: u64,
    /// Where the data begin.
    length: usize,
}

impl Head {
    /// `None`: this store has not written that.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let (principal, indexed, length) = match *text.first()? {
            ANONYMOUS => (None, 0, EXPIRES.end),
            OWNED => {
                let principal = text.get(PRINCIPAL)?.try_into().ok()?;
                let principal = PrincipalId::from_bytes(principal);
                (Some(principal), number(text.get(INDEXED)?)?, PRINCIPAL.end)
            }
            _ => return None,
        };
        let revision = number(text.get(REVISION)?)?.try_into().ok()?;
        Some(Self {
            revision: Revision::from_i64(revision),
            principal,
            touched: number(text.get(TOUCHED)?)?,
            expires: number(text.get(EXPIRES)?)?,
            indexed,
            length,
        })
    }
}

/// A record from the string that it is kept as.
pub(super) fn decode(mut text: Vec<u8>) -> Option<Record> {
    let Head {
        revision,
        principal,
        touched,
        expires,
        length,
        ..
    } = Head::parse(&text)?;
    text.drain(..length);
    Some(Record::new(revision, text, principal, touched, expires))
}

/// Writes the string that a record is kept as, in no index yet. Memory takes all that is written
/// to it.
pub(super) fn write(record: &Record, out: &mut impl Write) {
    let revision = number_of(record.revision());
    let _written = out.write_all(&[kind(record)]);
    for number in [revision, record.touched(), record.expires()] {
        let _written = out.write_all(&digits(number));
    }
    if let Some(principal) = record.principal() {
        let _written = out.write_all(NOT_INDEXED);
        let _written = out.write_all(principal.as_bytes());
    }
    let _written = out.write_all(record.data());
}

const fn kind(record: &Record) -> u8 {
    if record.principal().is_some() {
        OWNED
    } else {
        ANONYMOUS
    }
}

/// What the string of a record begins with that is about to be saved as `record`, unless its kind
/// changes.
pub(super) fn expected(revision: Revision, record: &Record) -> [u8; REVISION.end] {
    let mut text = [kind(record); REVISION.end];
    let digits = digits(number_of(revision));
    for (place, digit) in text.iter_mut().skip(REVISION.start).zip(digits) {
        *place = digit;
    }
    text
}

pub(super) fn revision(revision: Revision) -> String {
    time(number_of(revision))
}

const fn number_of(revision: Revision) -> u64 {
    revision.to_i64().unsigned_abs()
}

/// A time, in Unix milliseconds.
pub(super) fn time(time: u64) -> String {
    format!("{time:020}")
}

/// A number in 20 digits. Not by way of a formatter, which cost more than the rest of a record.
fn digits(mut number: u64) -> [u8; DIGITS] {
    let mut digits = [b'0'; DIGITS];
    for digit in digits.iter_mut().rev() {
        *digit += u8::try_from(number % 10).unwrap_or_default();
        number /= 10;
    }
    digits
}

/// A number of 20 digits. Not by way of text, which cost more than the rest of a record.
fn number(digits: &[u8]) -> Option<u64> {
    let mut digits = digits.iter().map(|digit| digit.wrapping_sub(b'0'));
    // All but the last of them cannot be too many for the type.
    let (tens, largest) =
        digits
            .by_ref()
            .take(DIGITS - 1)
            .fold((0_u64, 0), |(number, largest), digit| {
                (
                    number.wrapping_mul(10).wrapping_add(digit.into()),
                    digit.max(largest),
                )
            });
    let ones = digits.next()?;
    if largest.max(ones) > 9 {
        return None; // a sign
    }
    tens.checked_mul(10)?.checked_add(ones.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(principal: Option<PrincipalId>) -> Record {
        let revision = Revision::from_i64(i64::MAX);
        Record::new(revision, b"data".to_vec(), principal, 7, u64::MAX)
    }

    fn encode(record: &Record) -> Vec<u8> {
        let mut text = Vec::new();
        write(record, &mut text);
        text
    }

    #[test]
    fn a_record_of_nobody_comes_back() {
        let record = record(None);
        let text = encode(&record);
        assert_eq!(
            text,
            b"a092233720368547758070000000000000000000718446744073709551615data"
        );
        assert_eq!(decode(text), Some(record));
    }

    #[test]
    fn a_record_of_a_principal_comes_back() {
        let record = record(Some(PrincipalId::from_bytes([b'P'; 32])));
        let mut text = encode(&record);
        assert_eq!(Head::parse(&text).unwrap().indexed, 0);
        text[INDEXED].copy_from_slice(time(9).as_bytes());
        assert_eq!(Head::parse(&text).unwrap().indexed, 9);
        assert_eq!(decode(text), Some(record));
    }

    #[test]
    fn what_is_cut_off_or_is_no_number_or_of_another_kind_is_no_record() {
        for owner in [None, Some(PrincipalId::from_bytes([b'P'; 32]))] {
            let text = encode(&record(owner));
            let head = text.strip_suffix(b"data").unwrap();
            assert!(Head::parse(head).is_some());
            for length in 0..head.len() {
                assert!(Head::parse(&head[..length]).is_none(), "{length}");
            }
            let numbers = if owner.is_some() { 4 } else { 3 };
            for position in 0..=20 * numbers {
                for other in [b'+', b'-', b' ', b'b', 0, 255] {
                    let mut text = text.clone();
                    text[position] = other;
                    assert!(Head::parse(&text).is_none(), "{position}: {other}");
                }
            }
        }
    }

    #[test]
    fn a_number_beyond_its_bits_is_none() {
        let mut text = encode(&record(None));
        text[REVISION].fill(b'9');
        assert!(Head::parse(&text).is_none());
        text[REVISION].copy_from_slice(time(1 << 63).as_bytes());
        assert!(Head::parse(&text).is_none());
    }
}
