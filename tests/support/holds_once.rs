//! Measurements that a busy machine may spoil.

/// Measures up to so many times, until it is right once: what is wrong is wrong each time.
pub fn holds_once<T: std::fmt::Debug>(
    tries: usize,
    mut run: impl FnMut() -> T,
    is_right: impl Fn(&T) -> bool,
) {
    let mut seen = Vec::new();
    for _ in 0..tries {
        let result = run();
        if is_right(&result) {
            return;
        }
        seen.push(result);
    }
    panic!("never right: {seen:#?}");
}
