//! What a record's data are: who may open it, and the session's payload.
//!
//! ```text
//! 1 <verifier> <since>\n{the payload, as in a sealed cookie}\n
//! <verifier> <until>\n{a former payload}\n                        … for each secret in its grace
//! ```
//!
//! After `until` stands ` r` if the secret was only renewed.
//!
//! Text, so that it can be read where it is kept; JSON as this library writes it has no line breaks.

use std::io::Write;

use base64::Engine;

use super::token::Verifier;
use crate::encoding::URL_SAFE_NO_PAD;

/// Former secrets that are remembered: more than rotations in one grace, and a bound on a record.
pub(super) const MAX_FORMER: usize = 4;

/// Characters of a verifier.
const VERIFIER_TEXT: usize = (32_usize * 4).div_ceil(3);

/// Marks a secret that was only renewed.
const RENEWED: &str = " r";

/// A record's data, taken apart.
#[derive(Clone)]
pub(crate) struct RecordData<'a> {
    pub(crate) verifier: Verifier,
    /// When the secret was issued, in Unix milliseconds.
    pub(crate) since: u64,
    pub(crate) payload: &'a [u8],
    pub(crate) former: Vec<Former<'a>>,
}

/// A secret that was replaced, and what it still shows.
#[derive(Clone)]
pub(crate) struct Former<'a> {
    pub(crate) verifier: Verifier,
    /// The first Unix millisecond at which it shows nothing any more.
    pub(crate) until: u64,
    pub(crate) payload: &'a [u8],
    /// It was replaced because of its age alone: a request that had loaded the session before may
    /// still save.
    pub(crate) is_renewed: bool,
}

/// Whom a cookie's secret belongs to.
pub(crate) enum Holder<'a> {
    /// The session, as it is.
    Current,
    /// One that was replaced a moment ago: the session as it was then, to look at.
    Former(&'a [u8]),
    /// Nobody, any more or ever.
    Nobody,
}

impl<'a> RecordData<'a> {
    /// `None`: these are no data of ours, or not all of them.
    pub(crate) fn parse(data: &'a [u8]) -> Option<Self> {
        let mut lines = Lines(data);
        let (verifier, since) = parse_line(lines.next()?.strip_prefix(b"1 ")?)?;
        let payload = lines.next()?;
        let mut former = Vec::new();
        while let Some(head) = lines.next() {
            let (head, is_renewed) = match head.strip_suffix(RENEWED.as_bytes()) {
                Some(head) => (head, true),
                None => (head, false),
            };
            let (verifier, until) = parse_line(head)?;
            former.push(Former {
                verifier,
                until,
                payload: lines.next()?,
                is_renewed,
            });
        }
        // What is left is a line that was cut off.
        lines.0.is_empty().then_some(Self {
            verifier,
            since,
            payload,
            former,
        })
    }

    pub(crate) fn write(&self) -> Vec<u8> {
        let payloads = self.former.iter().map(|former| former.payload.len() + 64);
        let length = 80 + self.payload.len() + payloads.sum::<usize>();
        let mut data = Vec::with_capacity(length);
        let mut add =
            |[before, after]: [&str; 2], verifier: &Verifier, time: u64, payload: &[u8]| {
                data.extend_from_slice(before.as_bytes());
                let mut text = [0; VERIFIER_TEXT];
                // It has room for them, and a vector takes all that is written to it.
                let _encoded = URL_SAFE_NO_PAD.encode_slice(verifier.0, &mut text);
                data.extend_from_slice(&text);
                let _written = writeln!(data, " {time}{after}");
                data.extend_from_slice(payload);
                data.push(b'\n');
            };
        add(["1 ", ""], &self.verifier, self.since, self.payload);
        for former in &self.former {
            let mark = if former.is_renewed { RENEWED } else { "" };
            add(["", mark], &former.verifier, former.until, former.payload);
        }
        data
    }

    /// Whose secret `verifier` is.
    pub(crate) fn holder(&self, verifier: &Verifier, now: u64) -> Holder<'a> {
        if self.verifier == *verifier {
            return Holder::Current;
        }
        let former = self
            .former
            .iter()
            .find(|former| former.verifier == *verifier);
        match former {
            Some(former) if former.until > now => Holder::Former(former.payload),
            _ => Holder::Nobody,
        }
    }

    /// Whether the secret `verifier` was replaced at `now`, a moment ago, because of its age alone.
    pub(crate) fn has_renewed(&self, verifier: &Verifier, now: u64) -> bool {
        let mut former = self.former.iter();
        former.any(|f| f.is_renewed && f.verifier == *verifier && f.until > now)
    }

    /// The secrets that are in their grace still at `now`, the last few of them.
    pub(crate) fn living_former(&self, now: u64) -> Vec<Former<'a>> {
        let living = self
            .former
            .iter()
            .filter(|former| former.until > now)
            .cloned();
        let mut living: Vec<_> = living.collect();
        let beyond = living.len().saturating_sub(MAX_FORMER);
        living.drain(..beyond);
        living
    }
}

/// Lines that each have their end.
struct Lines<'a>(&'a [u8]);

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (line, rest) = self.0.split_at_checked(memchr::memchr(b'\n', self.0)?)?;
        self.0 = rest.get(1..)?;
        Some(line)
    }
}

fn parse_line(line: &[u8]) -> Option<(Verifier, u64)> {
    let (verifier, time) = line.split_at_checked(VERIFIER_TEXT)?;
    let time = std::str::from_utf8(time.strip_prefix(b" ")?).ok()?;
    let mut bytes = [0; 32];
    let length = URL_SAFE_NO_PAD.decode_slice(verifier, &mut bytes).ok()?;
    (length == bytes.len()).then_some(())?;
    Some((Verifier(bytes), time.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> RecordData<'static> {
        RecordData {
            verifier: Verifier([1; 32]),
            since: 1000,
            payload: b"{\"d\":1}",
            former: vec![Former {
                verifier: Verifier([2; 32]),
                until: 2000,
                payload: b"{\"d\":0}",
                is_renewed: true,
            }],
        }
    }

    #[test]
    fn data_come_back_as_they_were_written() {
        let data = record().write();
        let read = RecordData::parse(&data).unwrap();
        assert!(read.verifier == Verifier([1; 32]) && read.since == 1000);
        assert_eq!(read.payload, b"{\"d\":1}");
        assert_eq!(read.former.len(), 1);
        assert_eq!(
            (read.former[0].until, read.former[0].payload),
            (2000, &b"{\"d\":0}"[..])
        );
        assert!(read.has_renewed(&Verifier([2; 32]), 1999));
        assert!(!read.has_renewed(&Verifier([2; 32]), 2000));
        assert_eq!(read.write(), data);
    }

    #[test]
    fn data_cut_off_anywhere_are_no_record() {
        let data = record().write();
        for length in 0..data.len() {
            let cut = RecordData::parse(&data[..length]);
            // Between two entries only, where nothing tells that one is missing: it only shows less.
            assert!(cut.is_none_or(|cut| cut.former.is_empty() && cut.payload == b"{\"d\":1}"));
        }
        assert!(RecordData::parse(b"2 x 1\n{}\n").is_none());
    }

    #[test]
    fn o05_a_former_secret_shows_the_former_payload_until_its_grace_ends() {
        let record = record();
        assert!(matches!(
            record.holder(&Verifier([1; 32]), 5000),
            Holder::Current
        ));
        assert!(matches!(
            record.holder(&Verifier([2; 32]), 1999),
            Holder::Former(b"{\"d\":0}")
        ));
        assert!(matches!(
            record.holder(&Verifier([2; 32]), 2000),
            Holder::Nobody
        ));
        assert!(matches!(
            record.holder(&Verifier([3; 32]), 0),
            Holder::Nobody
        ));
        assert_eq!(record.living_former(1999).len(), 1);
        assert_eq!(record.living_former(2000).len(), 0);
    }
}
