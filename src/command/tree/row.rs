//! A row of the tree: a parameter with its read and write functions.
//!
//! Rows are tables by area. A row deals in Rust's own types; what is generic about types, ranges, defaults and text is
//! here, once for all areas.

use std::str::FromStr;

use strum::VariantNames;

use super::assignment::Assignment;
use super::error::TreeError;
use super::node::Node;
use super::path::{ParameterPath, Segment};
use super::value::{ABSENT, Kind, Scalar, Value};
use crate::command::Command;
use crate::time::FrameRate;

/// Letters of a refused value that a message shows.
const SHOWN_LETTERS: usize = 40;

/// An area of the tree: layers, the canvas, the settings.
pub(super) trait Area: Sized + 'static {
    /// The type that its rows read from.
    type On<'a>: Copy;
    /// The type that its rows write.
    type Edit;

    /// Its rows.
    fn rows() -> &'static [Row<Self>];

    /// A subject that nobody has changed.
    fn neutral() -> Self::On<'static>;

    /// The command of an edit.
    fn command(on: Self::On<'_>, edit: Self::Edit) -> Command;
}

type Read<A, T> = Box<dyn for<'a> Fn(<A as Area>::On<'a>) -> T + Send + Sync>;
type Write<A> =
    Box<dyn for<'a> Fn(<A as Area>::On<'a>, Value) -> Option<<A as Area>::Edit> + Send + Sync>;

/// The type of a row.
enum KindOf<A: Area> {
    Always(Kind),
    Now(Read<A, Kind>),
}

/// One parameter of an area.
pub(super) struct Row<A: Area> {
    words: &'static str,
    kind: KindOf<A>,
    unit: &'static str,
    is_optional: bool,
    has_default: bool,
    read: Read<A, Value>,
    write: Option<Write<A>>,
}

impl<A: Area> Row<A> {
    /// A parameter that can be read.
    pub fn fixed<T: Scalar>(
        words: &'static str,
        kind: Kind,
        read: impl for<'a> Fn(A::On<'a>) -> T + Send + Sync + 'static,
    ) -> Self {
        Self {
            words,
            kind: KindOf::Always(kind),
            unit: "",
            is_optional: false,
            has_default: false,
            read: Box::new(move |on| read(on).into_value()),
            write: None,
        }
    }

    /// A parameter that can be read and set.
    pub fn new<T: Scalar>(
        words: &'static str,
        kind: Kind,
        read: impl for<'a> Fn(A::On<'a>) -> T + Send + Sync + 'static,
        write: impl for<'a> Fn(A::On<'a>, T) -> A::Edit + Send + Sync + 'static,
    ) -> Self {
        Self {
            write: Some(Box::new(move |on, value| {
                Some(write(on, T::of_value(value)?))
            })),
            has_default: true,
            ..Self::fixed(words, kind, read)
        }
    }

    /// A switch.
    pub fn switch(
        words: &'static str,
        read: impl for<'a> Fn(A::On<'a>) -> bool + Send + Sync + 'static,
        write: impl for<'a> Fn(A::On<'a>, bool) -> A::Edit + Send + Sync + 'static,
    ) -> Self {
        Self::new(words, Kind::Bool, read, write)
    }

    /// A choice among the variants of an enum.
    pub fn choice<C: VariantNames + Into<&'static str> + FromStr>(
        words: &'static str,
        read: impl for<'a> Fn(A::On<'a>) -> C + Send + Sync + 'static,
        write: impl for<'a> Fn(A::On<'a>, C) -> A::Edit + Send + Sync + 'static,
    ) -> Self {
        Self::choice_of(
            words,
            C::VARIANTS,
            move |on| read(on).into(),
            move |on, name| Some(write(on, name.parse().ok()?)),
        )
    }

    /// A choice among names.
    pub fn choice_of(
        words: &'static str,
        names: &'static [&'static str],
        read: impl for<'a> Fn(A::On<'a>) -> &'static str + Send + Sync + 'static,
        write: impl for<'a> Fn(A::On<'a>, &str) -> Option<A::Edit> + Send + Sync + 'static,
    ) -> Self {
        Self {
            write: Some(Box::new(move |on, value| {
                write(on, <&'static str>::of_value(value)?)
            })),
            has_default: true,
            ..Self::fixed(words, Kind::Choice(names), read)
        }
    }

    /// A text that is read as something, and taken only if it is that.
    pub fn text(
        words: &'static str,
        max_bytes: usize,
        read: impl for<'a> Fn(A::On<'a>) -> String + Send + Sync + 'static,
        write: impl for<'a> Fn(A::On<'a>, &str) -> Option<A::Edit> + Send + Sync + 'static,
    ) -> Self {
        Self {
            write: Some(Box::new(move |on, value| {
                write(on, &String::of_value(value)?)
            })),
            has_default: true,
            ..Self::fixed(words, Kind::Text { max_bytes }, read)
        }
    }

    /// The same with a unit.
    pub fn unit(self, unit: &'static str) -> Self {
        Self { unit, ..self }
    }

    /// The same, whose type depends on its subject.
    pub fn ranged(self, kind: impl for<'a> Fn(A::On<'a>) -> Kind + Send + Sync + 'static) -> Self {
        Self {
            kind: KindOf::Now(Box::new(kind)),
            ..self
        }
    }

    /// The same, which may be without a value.
    pub fn optional(self) -> Self {
        Self {
            is_optional: true,
            ..self
        }
    }

    /// The same, with no value that it has when nobody has changed it.
    pub fn without_default(self) -> Self {
        Self {
            has_default: false,
            ..self
        }
    }

    fn kind(&self, on: A::On<'_>) -> Kind {
        match &self.kind {
            KindOf::Always(kind) => kind.clone(),
            KindOf::Now(kind) => kind(on),
        }
    }

    fn node(&self, base: &ParameterPath, on: A::On<'_>) -> Node {
        Node {
            path: base.clone().then(self.words),
            kind: self.kind(on),
            unit: self.unit,
            default: self.has_default.then(|| (self.read)(A::neutral())),
            value: Some((self.read)(on)),
            is_writable: self.write.is_some(),
        }
    }

    fn edit(
        &self,
        on: A::On<'_>,
        setting: &Assignment,
        rate: FrameRate,
    ) -> Result<A::Edit, TreeError> {
        let path = || setting.path.clone();
        let Some(write) = &self.write else {
            return Err(TreeError::ReadOnly { path: path() });
        };
        let kind = self.kind(on);
        let text = setting.value.trim();
        let value = match (self.read)(on) {
            Value::Bool(is_on) if text == "toggle" => Some(Value::Bool(!is_on)),
            _ if self.is_optional && text == ABSENT => Some(Value::Absent),
            // A name may begin or end with a blank.
            Value::Text(_) => kind.parse(&setting.value, rate),
            _ => kind.parse(text, rate),
        };
        let edit = value.and_then(|value| write(on, value));
        edit.ok_or_else(|| TreeError::Takes {
            path: path(),
            kind,
            is_optional: self.is_optional,
            given: shortened(&setting.value),
        })
    }

    fn is_named(&self, segments: &[Segment]) -> bool {
        let words = self.words.split('/');
        let mut pairs = segments.iter().zip(words.clone());
        words.count() == segments.len() && pairs.all(|(segment, word)| segment.is(word))
    }
}

/// The first letters of a text, for a message.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN_LETTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A subject of the tree with its path, whatever its area.
pub(super) trait Located {
    /// All rows.
    fn nodes(&self) -> Vec<Node>;

    /// The row that these segments name.
    fn node(&self, segments: &[Segment], path: &ParameterPath) -> Result<Node, TreeError>;

    /// The command that a setting of the row comes to that these segments name.
    fn set(
        &self,
        segments: &[Segment],
        setting: &Assignment,
        rate: FrameRate,
    ) -> Result<Command, TreeError>;
}

/// A subject of this area, and its path.
pub(super) struct Location<'a, A: Area> {
    /// Its path.
    pub base: ParameterPath,
    /// The subject.
    pub on: A::On<'a>,
}

impl<A: Area> Location<'_, A> {
    fn row(segments: &[Segment], path: &ParameterPath) -> Result<&'static Row<A>, TreeError> {
        let row = A::rows().iter().find(|row| row.is_named(segments));
        row.ok_or_else(|| TreeError::Unknown { path: path.clone() })
    }
}

impl<A: Area> Located for Location<'_, A> {
    fn nodes(&self) -> Vec<Node> {
        let rows = A::rows().iter();
        rows.map(|row| row.node(&self.base, self.on)).collect()
    }

    fn node(&self, segments: &[Segment], path: &ParameterPath) -> Result<Node, TreeError> {
        Ok(Self::row(segments, path)?.node(&self.base, self.on))
    }

    fn set(
        &self,
        segments: &[Segment],
        setting: &Assignment,
        rate: FrameRate,
    ) -> Result<Command, TreeError> {
        let edit = Self::row(segments, &setting.path)?.edit(self.on, setting, rate)?;
        Ok(A::command(self.on, edit))
    }
}

/// The place, counted from 0, of what a segment numbers or names among these names.
pub(super) fn place_of<'n>(
    what: &'static str,
    segment: &Segment,
    names: impl ExactSizeIterator<Item = &'n str>,
    path: &ParameterPath,
) -> Result<usize, TreeError> {
    let path = || path.clone();
    let count = names.len();
    let name = match segment {
        _ if count == 0 => return Err(TreeError::NoneAtAll { path: path(), what }),
        Segment::Number(number) => {
            let place = (*number as usize).checked_sub(1);
            let place = place.filter(|place| *place < count);
            return place.ok_or_else(|| TreeError::NoSuchNumber {
                path: path(),
                count,
            });
        }
        Segment::Name(name) => name,
    };
    let fitting = names.enumerate().filter(|(_, other)| other == name);
    let places: Vec<usize> = fitting.map(|(place, _)| place).collect();
    let name = name.clone();
    match &places[..] {
        [place] => Ok(*place),
        [] => Err(TreeError::NoSuchName {
            path: path(),
            what,
            name,
        }),
        several => {
            let numbers: Vec<String> = several
                .iter()
                .map(|place| (place + 1).to_string())
                .collect();
            Err(TreeError::Ambiguous {
                path: path(),
                what,
                name,
                numbers: numbers.join(", "),
            })
        }
    }
}
