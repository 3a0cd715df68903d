//! Addresses of frames: the decks, and what each of them takes frames for.

/// Decks that can play at once: those of 24 layers with two clips at a time.
pub const MAX_DECKS: usize = 48;

/// A deck, by its place in the player.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeckId(pub usize);

/// The destination of a frame. Jobs are addressed to a channel, readers share their time out among channels, and each
/// has a texture of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channel {
    /// The ring of a deck: frames of the file itself.
    Exact(DeckId),
    /// The slot beside the ring: frames of the file's proxy.
    Proxy(DeckId),
}

impl Channel {
    /// The deck.
    pub fn deck(self) -> DeckId {
        match self {
            Self::Exact(deck) | Self::Proxy(deck) => deck,
        }
    }

    /// The number of this channel alone, below twice the number of decks.
    pub fn index(self) -> usize {
        match self {
            Self::Exact(deck) => deck.0 * 2,
            Self::Proxy(deck) => deck.0 * 2 + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_channels_have_one_number() {
        let decks = (0..MAX_DECKS).map(DeckId);
        let mut numbers: Vec<_> = decks
            .flat_map(|deck| [Channel::Exact(deck), Channel::Proxy(deck)])
            .map(Channel::index)
            .collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (0..2 * MAX_DECKS).collect::<Vec<_>>());
    }
}
