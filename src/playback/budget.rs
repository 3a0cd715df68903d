//! Sharing of the memory for decoded frames: slots first, and the rest to pictures around the playhead.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::stats::BudgetShortage;

/// Fewest slots of a layer: one to show next, one to fill meanwhile.
pub const MIN_SLOTS: usize = 2;

/// Shares a budget of frame memory among layers that each ask for so many slots: see [`share_slots_by_need`].
pub fn share_slots(frame_bytes: &[u64], wanted: usize, budget_bytes: u64) -> Vec<usize> {
    share_slots_by_need(frame_bytes, &vec![wanted; frame_bytes.len()], budget_bytes)
}

/// Shares a budget of frame memory among layers.
///
/// `frame_bytes` is the size of each layer's frame (0 for a layer without one), `wanted` the number of slots that it asks
/// for. Each layer gets what it asks for if all together fit; else each gets as nearly the same share of its wish as
/// whole slots allow, but never fewer than [`MIN_SLOTS`], even if the budget is then exceeded: a layer must be able to
/// play. That it is, [`shortage`] tells.
pub fn share_slots_by_need(frame_bytes: &[u64], wanted: &[usize], budget_bytes: u64) -> Vec<usize> {
    let mut slots: Vec<usize> = wanted.iter().map(|wish| MIN_SLOTS.min(*wish)).collect();
    let sizes = || frame_bytes.iter().copied();
    let held = sizes()
        .zip(&slots)
        .map(|(bytes, slots)| bytes.saturating_mul(*slots as u64));
    let mut left = budget_bytes.saturating_sub(held.fold(0, u64::saturating_add));
    // A slot at a time, to the layer that is furthest from its wish: a share of slots rather than of bytes, since a
    // prebuffer is worth the time that it covers, whatever the size of a frame.
    loop {
        let candidates = sizes().zip(wanted).zip(&slots).enumerate();
        let next = candidates
            .filter(|(_, ((bytes, wish), slots))| *slots < *wish && *bytes <= left)
            .min_by(|(_, ((_, wish), slots)), (_, ((_, other_wish), others))| {
                (**slots * **other_wish).cmp(&(**others * **wish))
            });
        let Some((index, ((bytes, _), _))) = next else {
            return slots;
        };
        slots[index] += 1;
        left -= bytes;
    }
}

/// The shortage, if a budget is too small for the fewest slots of these layers.
pub fn shortage(frame_bytes: &[u64], budget_bytes: u64) -> Option<BudgetShortage> {
    let per_slot: u64 = frame_bytes.iter().sum();
    let needed_bytes = per_slot.saturating_mul(MIN_SLOTS as u64);
    (needed_bytes > budget_bytes).then_some(BudgetShortage {
        budget_bytes,
        needed_bytes,
    })
}

/// Bytes that a deck's decoders may keep beside its slots, and those kept: pictures around the playhead, so that a
/// step back needs no new decode.
///
/// The player allows, the deck's thread reports. Each number stands alone, so relaxed ordering is enough.
#[derive(Debug, Default)]
pub struct FrameCacheBudget {
    allowed_bytes: AtomicU64,
    held_bytes: AtomicU64,
}

impl FrameCacheBudget {
    /// Allows so many bytes from now on. Says whether that is less than what is held.
    pub fn allow(&self, bytes: u64) -> bool {
        self.allowed_bytes.store(bytes, Ordering::Relaxed);
        self.held_bytes() > bytes
    }

    /// Bytes allowed for each of so many decoders.
    pub fn allowed_bytes(&self, decoders: usize) -> u64 {
        self.allowed_bytes.load(Ordering::Relaxed) / decoders.max(1) as u64
    }

    /// Bytes held as the thread reported last.
    pub fn held_bytes(&self) -> u64 {
        self.held_bytes.load(Ordering::Relaxed)
    }

    /// Reports how many are held.
    pub fn report(&self, bytes: u64) {
        self.held_bytes.store(bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn six_uhd_hap_layers_fit_the_default_budget_with_five_slots() {
        let frame = 3840 / 4 * 2160 / 4 * 8;
        assert_eq!(share_slots(&[frame; 6], 5, 192 << 20), [5; 6]);
    }

    #[test]
    fn a_tight_budget_gives_fewer_slots_but_never_under_two() {
        assert_eq!(share_slots(&[100; 4], 5, 1300), [4, 3, 3, 3]);
        assert_eq!(share_slots(&[100; 4], 5, 1), [2; 4]);
    }

    #[test]
    fn slots_go_by_need_and_a_layer_with_small_frames_takes_what_fits_no_other() {
        let wanted = [15, 15, 5];
        assert_eq!(share_slots_by_need(&[1; 3], &wanted, 100), wanted);
        assert_eq!(share_slots_by_need(&[1; 3], &wanted, 21), [9, 9, 3]);
        assert_eq!(share_slots_by_need(&[0, 10, 1], &[5; 3], 40), [5, 3, 5]);
    }

    #[test]
    fn what_is_allowed_is_shared_by_the_decoders_of_a_deck() {
        let cache = FrameCacheBudget::default();
        assert!(!cache.allow(100), "nothing is held yet");
        assert_eq!((cache.allowed_bytes(2), cache.allowed_bytes(0)), (50, 100));
        cache.report(60);
        assert!(!cache.allow(60) && cache.allow(59), "now it is too much");
    }

    proptest! {
        #[test]
        fn the_budget_holds_unless_the_least_exceeds_it(
            frames in proptest::collection::vec(0_u64..1_000_000, 1..7), wanted in 3_usize..17, budget in 0_u64..100_000_000,
        ) {
            let slots = share_slots(&frames, wanted, budget);
            let used: u64 = frames.iter().zip(&slots).map(|(bytes, slots)| bytes * *slots as u64).sum();
            let least: u64 = frames.iter().sum::<u64>() * MIN_SLOTS as u64;
            prop_assert!(used <= budget.max(least));
            let shortage = shortage(&frames, budget);
            prop_assert_eq!(shortage.is_some(), used > budget);
            prop_assert_eq!(shortage.map_or(used, |shortage| shortage.needed_bytes), used);
            prop_assert!(slots.iter().all(|slots| (MIN_SLOTS..=wanted).contains(slots)));
        }
    }
}
