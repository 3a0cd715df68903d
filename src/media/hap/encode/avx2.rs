//! Work compiled twice: for any processor, and for those with AVX2, whose vectors are twice as long.

/// Work that is compiled into whoever runs it: [`Self::run`] and all that it calls must be `#[inline(always)]`.
pub(super) trait Work {
    /// Does it.
    fn run(self);
}

/// Does the work with the longest vectors that the processor has. The results are the same, bit for bit: no other
/// instructions than those on longer vectors are allowed, so nothing is rounded otherwise.
#[cfg(target_arch = "x86_64")]
#[expect(
    unsafe_code,
    reason = "only the caller can know that the processor has the instructions"
)]
pub(super) fn run(work: impl Work) {
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the processor was just asked, and has AVX2.
        unsafe { run_with_avx2(work) }
    } else {
        work.run();
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn run_with_avx2(work: impl Work) {
    work.run();
}

/// Does the work; other processors have one length of vectors.
#[cfg(not(target_arch = "x86_64"))]
pub(super) fn run(work: impl Work) {
    work.run();
}
