//! Who hears of changes: targets that are listed, and whoever subscribed.

use std::net::SocketAddr;

use super::pattern::Pattern;
use super::peer::Peer;
use crate::time::Time;

/// Time after which a subscription over UDP ends if it is not renewed, as on mixing desks.
pub(super) const LASTS: Time = Time::from_seconds(10);

/// Most listeners.
const MOST: usize = 64;

/// One of them.
#[derive(Clone, Debug)]
pub(super) struct Listener {
    /// Where changes are sent.
    pub to: Peer,
    /// What it hears of; everything without.
    pattern: Option<Pattern>,
    /// The end of a subscription.
    until: Option<Time>,
    /// Where its own messages come from; none of a listed target.
    source: Option<Peer>,
}

impl Listener {
    /// True if it hears of this path.
    pub fn hears(&self, path: &str) -> bool {
        self.pattern
            .as_ref()
            .is_none_or(|pattern| pattern.matches(path))
    }

    /// True if a message from there is its own.
    ///
    /// A listed target may send from another port than it hears at. Loopback is left out of that, since there the ports
    /// tell programs apart.
    pub fn sends_from(&self, peer: Peer) -> bool {
        if self.to == peer || self.source == Some(peer) {
            return true;
        }
        match (self.source, self.to, peer) {
            (None, Peer::Udp(to), Peer::Udp(from)) => {
                !to.ip().is_loopback() && to.ip() == from.ip()
            }
            _ => false,
        }
    }
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Listeners {
    all: Vec<Listener>,
}

impl Listeners {
    /// Those of the listed targets.
    pub fn of_targets(targets: &[SocketAddr]) -> Self {
        let listener = |target: &SocketAddr| Listener {
            to: Peer::Udp(*target),
            pattern: None,
            until: None,
            source: None,
        };
        Self {
            all: targets.iter().take(MOST).map(listener).collect(),
        }
    }

    /// Adds or renews a subscription; false if there are too many.
    pub fn subscribe(
        &mut self,
        source: Peer,
        port: Option<u16>,
        pattern: Option<Pattern>,
        now: Time,
    ) -> bool {
        let (to, until) = match (source, port) {
            (Peer::Udp(address), Some(port)) => (
                Peer::Udp(SocketAddr::new(address.ip(), port)),
                Some(now + LASTS),
            ),
            (Peer::Udp(_), None) => (source, Some(now + LASTS)),
            (Peer::Tcp(_), _) => (source, None),
        };
        let listener = Listener {
            to,
            pattern,
            until,
            source: Some(source),
        };
        let is_same = |other: &Listener| {
            other.to == to && other.source.is_some() && other.pattern == listener.pattern
        };
        if let Some(other) = self.all.iter_mut().find(|other| is_same(other)) {
            *other = listener;
            return true;
        }
        self.expire(now);
        if self.all.len() >= MOST {
            return false;
        }
        self.all.push(listener);
        true
    }

    /// Ends the subscriptions that came from there.
    pub fn unsubscribe(&mut self, source: Peer) {
        self.all.retain(|listener| listener.source != Some(source));
    }

    /// Ends the subscriptions that were not renewed.
    pub fn expire(&mut self, now: Time) {
        self.all
            .retain(|listener| listener.until.is_none_or(|until| now < until));
    }

    /// All of them.
    pub fn all(&self) -> &[Listener] {
        &self.all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn udp(port: u16) -> Peer {
        Peer::Udp(SocketAddr::from(([127, 0, 0, 1], port)))
    }

    #[test]
    fn a_subscription_ends_unless_it_is_renewed_and_a_target_stays() {
        let mut listeners = Listeners::of_targets(&["10.0.0.2:9000".parse().expect("an address")]);
        let at = Time::from_seconds;
        assert!(listeners.subscribe(udp(1), None, None, at(0)));
        assert!(listeners.subscribe(udp(2), Some(77), None, at(0)));
        assert!(listeners.subscribe(udp(1), None, None, at(6)));
        assert_eq!(listeners.all().len(), 3);
        assert_eq!(listeners.all()[2].to, udp(77));
        listeners.expire(at(10));
        assert_eq!(listeners.all().len(), 2);
        listeners.unsubscribe(udp(1));
        listeners.expire(at(1000));
        assert_eq!(listeners.all().len(), 1);
        for port in 0..1000 {
            listeners.subscribe(udp(port), None, None, at(0));
        }
        assert_eq!(listeners.all().len(), MOST);
    }

    #[test]
    fn a_target_is_known_by_its_machine_but_not_on_this_one() {
        let of = |address: &str| {
            let target = address.parse().expect("an address");
            Listeners::of_targets(&[target]).all()[0].clone()
        };
        let from = |address: &str| Peer::Udp(address.parse().expect("an address"));
        assert!(of("10.0.0.2:9000").sends_from(from("10.0.0.2:50000")));
        assert!(!of("10.0.0.2:9000").sends_from(from("10.0.0.3:9000")));
        assert!(!of("127.0.0.1:9000").sends_from(from("127.0.0.1:50000")));
        assert!(of("127.0.0.1:9000").sends_from(from("127.0.0.1:9000")));
    }
}
