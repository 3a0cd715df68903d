//! A node of the tree: a parameter with its value, or an action.

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use super::path::ParameterPath;
use super::value::{Kind, Value};

/// A node of the tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Its path; layers, clips and markers are named by their numbers.
    pub path: ParameterPath,
    /// Its type and range.
    pub kind: Kind,
    /// The unit of its value; empty without.
    pub unit: &'static str,
    /// The value that nobody has changed, where there is such.
    pub default: Option<Value>,
    /// Its value; absent for an action.
    pub value: Option<Value>,
    /// True if it can be set, or carried out.
    pub is_writable: bool,
}

/// The object of `sextet tree --json`; its names are a contract.
impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let range = self.kind.range();
        let choices = self.kind.choices();
        let fields = 8 + usize::from(!choices.is_empty());
        let mut object = serializer.serialize_struct("Node", fields)?;
        object.serialize_field("path", &self.path.to_string())?;
        object.serialize_field("type", self.kind.name())?;
        let unit = Some(self.unit).filter(|unit| !unit.is_empty());
        object.serialize_field("unit", &unit)?;
        object.serialize_field("min", &range.as_ref().map(|(min, _)| min))?;
        object.serialize_field("max", &range.as_ref().map(|(_, max)| max))?;
        object.serialize_field("default", &self.default)?;
        object.serialize_field("value", &self.value)?;
        object.serialize_field("writable", &self.is_writable)?;
        if !choices.is_empty() {
            object.serialize_field("choices", choices)?;
        }
        object.end()
    }
}
