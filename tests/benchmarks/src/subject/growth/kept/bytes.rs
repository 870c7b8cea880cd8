//! Bytes of a session with all that keeps it.

use super::filled;
use crate::case::Case;

pub(super) fn cases(count: usize, data: &[u8]) -> [Case; 1] {
    let data = data.to_vec();
    [Case::sampled(format!("kept/{count}/bytes"), move || {
        Ok(bytes(count, &data))
    })]
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn bytes(count: usize, data: &[u8]) -> f64 {
    let mut store = None;
    let counted = allocation_counter::measure(|| store = Some(filled(count, data)));
    let bytes = counted.bytes_current as f64;
    drop(store);
    bytes / count as f64
}
