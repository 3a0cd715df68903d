//! The memory budget where it is too small to play with.

use std::fmt;

use serde::Serialize;

/// A budget of frame memory that is smaller than the fewest frames with which the layers can play. It is exceeded by as
/// much as these take, and by no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct BudgetShortage {
    /// Bytes that the budget allows.
    pub budget_bytes: u64,
    /// Bytes of two frames of each layer.
    pub needed_bytes: u64,
}

impl fmt::Display for BudgetShortage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the memory budget of {} MiB is exceeded, since two frames of each layer take {} MiB; raise it, or use \
             smaller pictures",
            self.budget_bytes >> 20,
            self.needed_bytes.div_ceil(1 << 20)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sizes_are_told_in_mebibytes() {
        let shortage = BudgetShortage {
            budget_bytes: 64 << 20,
            needed_bytes: (64 << 20) + 1,
        };
        let text = shortage.to_string();
        assert!(text.contains("64 MiB") && text.contains("65 MiB"), "{text}");
    }
}
