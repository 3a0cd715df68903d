//! Addresses with wildcards (OSC 1.0, "OSC Message Dispatching and Pattern Matching"; `//` as in OSC 1.1).
//!
//! Matching goes forward over sets of places instead of trying ways one after the other, so that its time is bounded by
//! the lengths of pattern and address multiplied.

#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

/// Longest pattern, in bytes.
const MAX_BYTES: usize = 1024;

/// A pattern of addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    parts: Vec<Part>,
}

/// What stands between two slashes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// Nothing: any number of levels, none as well.
    Levels,
    /// A name, in tokens.
    Name(Vec<Token>),
}

/// A part of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    /// This letter.
    Letter(char),
    /// `?`: any letter.
    Any,
    /// `*`: any letters, or none.
    Many,
    /// `[a-z]`, `[!a-z]`: a letter in one of the ranges, or in none.
    Class {
        ranges: Vec<(char, char)>,
        is_negated: bool,
    },
    /// `{one,two}`: one of these.
    Words(Vec<Vec<char>>),
}

impl Pattern {
    /// True if the address has a wildcard, or ends with a slash and so means all below.
    pub fn is_needed(address: &str) -> bool {
        address.contains(['*', '?', '[', ']', '{', '}'])
            || address.contains("//")
            || address.ends_with('/')
    }

    /// The pattern of an address; none if it does not begin with a slash, is too long, or brackets are open.
    pub fn parse(address: &str) -> Option<Self> {
        if address.len() > MAX_BYTES {
            return None;
        }
        let parts = address.strip_prefix('/')?.split('/');
        let part = |part: &str| match part {
            "" => Some(Part::Levels),
            name => tokens(name).map(Part::Name),
        };
        parts
            .map(part)
            .collect::<Option<_>>()
            .map(|parts| Self { parts })
    }

    /// True if it matches this address.
    pub fn matches(&self, address: &str) -> bool {
        let Some(address) = address.strip_prefix('/') else {
            return false;
        };
        let names: Vec<&str> = address.split('/').collect();
        reaches_end(&self.parts, &names, |part, names, at, reached| {
            let rest = names.get(at..).unwrap_or_default();
            match part {
                Part::Levels => (0..=rest.len()).for_each(|taken| mark(reached, at, taken)),
                Part::Name(tokens) => {
                    if rest.first().is_some_and(|name| name_matches(tokens, name)) {
                        mark(reached, at, 1);
                    }
                }
            }
        })
    }
}

/// True if the parts, each of which leads from a place in `text` to others, lead from its beginning to its end.
fn reaches_end<P, T>(
    parts: &[P],
    text: &[T],
    step: impl Fn(&P, &[T], usize, &mut Vec<bool>),
) -> bool {
    let places = text.len().saturating_add(1);
    let mut reached = vec![false; places];
    mark(&mut reached, 0, 0);
    for part in parts {
        let mut next = vec![false; places];
        for (at, is_reached) in reached.iter().enumerate() {
            if *is_reached {
                step(part, text, at, &mut next);
            }
        }
        reached = next;
    }
    reached.last().copied().unwrap_or(false)
}

fn mark(reached: &mut [bool], at: usize, taken: usize) {
    if let Some(place) = reached.get_mut(at.saturating_add(taken)) {
        *place = true;
    }
}

fn name_matches(tokens: &[Token], name: &str) -> bool {
    let letters: Vec<char> = name.chars().collect();
    reaches_end(tokens, &letters, |token, letters, at, reached| {
        let rest = letters.get(at..).unwrap_or_default();
        let is_next =
            |fits: &dyn Fn(char) -> bool| rest.first().is_some_and(|letter| fits(*letter));
        match token {
            Token::Letter(letter) if is_next(&|next| next == *letter) => mark(reached, at, 1),
            Token::Any if is_next(&|_| true) => mark(reached, at, 1),
            Token::Class { ranges, is_negated } => {
                let is_in = |letter| {
                    ranges
                        .iter()
                        .any(|(from, to)| (*from..=*to).contains(&letter))
                };
                if is_next(&|letter| is_in(letter) != *is_negated) {
                    mark(reached, at, 1);
                }
            }
            Token::Many => (0..=rest.len()).for_each(|taken| mark(reached, at, taken)),
            Token::Words(words) => {
                let fitting = words.iter().filter(|word| rest.starts_with(word));
                fitting.for_each(|word| mark(reached, at, word.len()));
            }
            Token::Letter(_) | Token::Any => {}
        }
    })
}

fn tokens(name: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut letters = name.chars();
    while let Some(letter) = letters.next() {
        tokens.push(match letter {
            '?' => Token::Any,
            '*' => Token::Many,
            '[' => {
                let (inside, rest) = letters.as_str().split_once(']')?;
                letters = rest.chars();
                class(inside)
            }
            '{' => {
                let (inside, rest) = letters.as_str().split_once('}')?;
                letters = rest.chars();
                let words = inside.split(',').map(|word| word.chars().collect());
                Token::Words(words.collect())
            }
            ']' | '}' => return None,
            letter => Token::Letter(letter),
        });
    }
    Some(tokens)
}

/// The letters between brackets. A minus that stands at the end has no meaning of its own, nor has an exclamation mark
/// that is not at the beginning.
fn class(inside: &str) -> Token {
    let (inside, is_negated) = match inside.strip_prefix('!') {
        Some(inside) => (inside, true),
        None => (inside, false),
    };
    let mut ranges = Vec::new();
    let mut letters = inside.chars();
    while let Some(from) = letters.next() {
        let mut ahead = letters.clone();
        match (ahead.next(), ahead.next()) {
            (Some('-'), Some(to)) => {
                letters = ahead;
                ranges.push((from.min(to), from.max(to)));
            }
            _ => ranges.push((from, from)),
        }
    }
    Token::Class { ranges, is_negated }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn matches(pattern: &str, address: &str) -> bool {
        Pattern::parse(pattern).expect("a pattern").matches(address)
    }

    #[test]
    fn wildcards_match_as_the_specification_says() {
        for (pattern, address, expected) in [
            ("/layer/*/opacity", "/layer/12/opacity", true),
            ("/layer/*/opacity", "/layer/1/clip/opacity", false),
            ("/layer/?/opacity", "/layer/1/opacity", true),
            ("/layer/?/opacity", "/layer/12/opacity", false),
            ("/layer/[1-3]/opacity", "/layer/2/opacity", true),
            ("/layer/[3-1]/opacity", "/layer/2/opacity", true),
            ("/layer/[!1-3]/opacity", "/layer/2/opacity", false),
            ("/layer/[!1-3]/opacity", "/layer/4/opacity", true),
            ("/layer/[1-]/x", "/layer/-/x", true),
            ("/layer/[a!]/x", "/layer/!/x", true),
            ("/layer/1/{opacity,hue}", "/layer/1/hue", true),
            ("/layer/1/{opa,hu}*y", "/layer/1/opacity", true),
            ("/layer/1/{opacity,hue}", "/layer/1/gamma", false),
            ("/layer/1/{,x}hue", "/layer/1/hue", true),
            ("/layer/1/*a*i*y", "/layer/1/opacity", true),
            ("//opacity", "/layer/1/opacity", true),
            ("//opacity", "/opacity", true),
            ("/layer//opacity", "/layer/1/clip/2/opacity", true),
            ("/layer//opacity", "/canvas/opacity", false),
            ("/layer/1/", "/layer/1/clip/2/opacity", true),
            ("/layer/1/", "/layer/12/opacity", false),
            ("//", "/anything/at/all", true),
            ("/layer", "/layer", true),
            ("/Layer", "/layer", false),
        ] {
            assert_eq!(matches(pattern, address), expected, "{pattern} {address}");
        }
    }

    #[test]
    fn open_brackets_and_what_is_too_long_are_no_pattern() {
        let long = format!("/{}", "*".repeat(MAX_BYTES));
        for pattern in ["", "layer", "/[a", "/a]", "/{a", "/a}", &long] {
            assert_eq!(Pattern::parse(pattern), None, "{pattern}");
        }
    }

    proptest! {
        #[test]
        fn a_pattern_without_wildcards_matches_itself_alone(
            one in "(/[a-z0-9]{1,3}){1,3}", other in "(/[a-z0-9]{1,3}){1,3}",
        ) {
            prop_assert!(matches(&one, &one));
            prop_assert_eq!(matches(&one, &other), one == other);
        }

        #[test]
        fn any_text_is_a_pattern_or_none(text in "[/*?{},!\\[\\]a-c-]{0,40}", address in "(/[a-c]{0,9}){0,4}") {
            if let Some(pattern) = Pattern::parse(&text) {
                let _is_match = pattern.matches(&address);
            }
        }
    }
}
