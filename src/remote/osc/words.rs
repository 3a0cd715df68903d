//! Arguments as words of commands, and values as arguments.

use rosc::{OscMessage, OscType};

use crate::command::tree::{ParameterPath, Value};
use crate::command::{Assignment, Command, ParseCommandError, argument};

/// The argument that asks for a value.
const QUESTION: &str = "?";

/// What a message to a path of the tree asks for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Asked {
    /// That a parameter is set.
    Set(Assignment),
    /// That a command is carried out.
    Do(Command),
    /// The value of a parameter.
    Value(ParameterPath),
    /// Nothing: a button was released.
    Nothing,
}

/// Reason that a message asks for nothing that there is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum WordsError {
    /// It is no command.
    #[error(transparent)]
    Command(#[from] ParseCommandError),
    /// A parameter has one value.
    #[error("{address} takes one value, not {count}")]
    Count {
        /// The address.
        address: String,
        /// Number of arguments that there were.
        count: usize,
    },
    /// An argument of a type that nothing here takes.
    #[error("{address} does not take an argument of type {tag}")]
    Type {
        /// The address.
        address: String,
        /// The type tag of OSC.
        tag: char,
    },
}

/// True if the arguments ask for a value rather than set one.
pub(super) fn is_question(args: &[OscType]) -> bool {
    match args {
        [] => true,
        [OscType::String(text)] => text == QUESTION,
        _ => false,
    }
}

/// What a message asks for.
///
/// # Errors
/// Reason that it asks for nothing that there is.
pub(super) fn asked(message: &OscMessage) -> Result<Asked, WordsError> {
    let OscMessage { addr, args } = message;
    let path: ParameterPath = addr.parse().map_err(ParseCommandError::from)?;
    let alone = addr.parse::<Command>();
    let is_parameter = matches!(alone, Err(ParseCommandError::NoValue { .. }));
    match &args[..] {
        [OscType::String(text)] if text == QUESTION => Ok(Asked::Value(path)),
        [] if is_parameter => Ok(Asked::Value(path)),
        [] => Ok(Asked::Do(alone?)),
        [value] if is_parameter => {
            let value = text(value, addr)?;
            Ok(Asked::Set(Assignment { path, value }))
        }
        args if is_parameter => Err(WordsError::Count {
            address: addr.clone(),
            count: args.len(),
        }),
        args => with_arguments(addr, args, alone),
    }
}

/// An action with arguments. One that takes none may be a button, which sends a number as it is pressed, and zero as it
/// is released.
fn with_arguments(
    address: &str,
    args: &[OscType],
    alone: Result<Command, ParseCommandError>,
) -> Result<Asked, WordsError> {
    let texts = args.iter().map(|arg| text(arg, address));
    let texts: Vec<String> = texts.collect::<Result<_, _>>()?;
    let quoted: Vec<String> = texts.iter().map(|text| argument(text)).collect();
    // What has no shorter form is the rest of the line as RON, which stands in no quotes.
    let forms = [quoted.join(" "), texts.join(" ")];
    let mut commands = forms.iter().map(|form| format!("{address} {form}").parse());
    if let Some(command) = commands.find_map(Result::ok) {
        return Ok(Asked::Do(command));
    }
    match (args, alone) {
        ([arg], Ok(command)) => match pressure(arg) {
            Some(0.0) => Ok(Asked::Nothing),
            Some(_) => Ok(Asked::Do(command)),
            None => Err(refusal(address, &forms[0])),
        },
        (_, _) => Err(refusal(address, &forms[0])),
    }
}

fn refusal(address: &str, form: &str) -> WordsError {
    match format!("{address} {form}").parse::<Command>() {
        Err(error) => error.into(),
        Ok(_) => WordsError::Count {
            address: address.to_owned(),
            count: 0,
        },
    }
}

/// The number that a button sends.
fn pressure(arg: &OscType) -> Option<f64> {
    match arg {
        OscType::Int(value) => Some(f64::from(*value)),
        OscType::Long(value) => Some(*value as f64),
        OscType::Float(value) => Some(f64::from(*value)),
        OscType::Double(value) => Some(*value),
        OscType::Bool(is_on) => Some(f64::from(u8::from(*is_on))),
        OscType::Inf => Some(1.0),
        _ => None,
    }
    .filter(|value| !value.is_nan())
}

/// An argument as a word. A number is written as short as its precision allows: 0.1 of 32 bits is `0.1`.
fn text(arg: &OscType, address: &str) -> Result<String, WordsError> {
    Ok(match arg {
        OscType::Int(value) => value.to_string(),
        OscType::Long(value) => value.to_string(),
        OscType::Float(value) => value.to_string(),
        OscType::Double(value) => value.to_string(),
        OscType::Bool(is_on) => is_on.to_string(),
        OscType::String(text) => text.clone(),
        OscType::Char(letter) => letter.to_string(),
        OscType::Nil => Value::Absent.to_string(),
        OscType::Inf => true.to_string(),
        OscType::Blob(_)
        | OscType::Time(_)
        | OscType::Color(_)
        | OscType::Midi(_)
        | OscType::Array(_) => {
            return Err(WordsError::Type {
                address: address.to_owned(),
                tag: tag(arg),
            });
        }
    })
}

/// The type tag of an argument (OSC 1.0, "OSC Type Tag String").
pub fn tag(arg: &OscType) -> char {
    match arg {
        OscType::Int(_) => 'i',
        OscType::Float(_) => 'f',
        OscType::String(_) => 's',
        OscType::Blob(_) => 'b',
        OscType::Time(_) => 't',
        OscType::Long(_) => 'h',
        OscType::Double(_) => 'd',
        OscType::Char(_) => 'c',
        OscType::Color(_) => 'r',
        OscType::Midi(_) => 'm',
        OscType::Bool(true) => 'T',
        OscType::Bool(false) => 'F',
        OscType::Array(_) => '[',
        OscType::Nil => 'N',
        OscType::Inf => 'I',
    }
}

/// A value as the argument of a message, of the four types that every receiver of OSC knows: a switch is 1 or 0, a time
/// its seconds, no value the word for it.
pub(super) fn value_argument(value: &Value) -> OscType {
    match value {
        Value::Bool(is_on) => OscType::Int(i32::from(*is_on)),
        Value::Int(value) => i32::try_from(*value).map_or(OscType::Long(*value), OscType::Int),
        Value::Float(value) => OscType::Float(*value as f32),
        Value::Time(time) => OscType::Float(time.seconds() as f32),
        Value::Text(text) => OscType::String(text.clone()),
        Value::Choice(choice) => OscType::String((*choice).to_owned()),
        Value::Rate(_) | Value::Absent => OscType::String(value.to_string()),
    }
}

/// Bytes that a message takes up in memory, about.
pub(super) fn weight(message: &OscMessage) -> usize {
    let args = message.args.iter().map(|arg| match arg {
        OscType::String(text) => text.len(),
        OscType::Blob(bytes) => bytes.len(),
        _ => 0,
    });
    let of_args: usize = args.sum();
    size_of_val(&message.args[..]) + message.addr.len() + of_args
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::TransportCommand;

    fn ask(address: &str, args: Vec<OscType>) -> Result<Asked, WordsError> {
        asked(&OscMessage {
            addr: address.to_owned(),
            args,
        })
    }

    fn set(value: &str) -> Asked {
        let path = "/layer/1/opacity".parse().expect("a path");
        let value = value.to_owned();
        Asked::Set(Assignment { path, value })
    }

    #[test]
    fn every_type_that_has_a_word_sets_a_parameter() {
        for (arg, word) in [
            (OscType::Int(1), "1"),
            (OscType::Long(-5), "-5"),
            (OscType::Float(0.1), "0.1"),
            (OscType::Double(0.25), "0.25"),
            (OscType::Bool(false), "false"),
            (OscType::Nil, "none"),
            (OscType::Inf, "true"),
            (OscType::Char('x'), "x"),
            (OscType::String("two words".to_owned()), "two words"),
            (OscType::Float(f32::NAN), "NaN"),
        ] {
            assert_eq!(ask("/layer/1/opacity", vec![arg]), Ok(set(word)));
        }
        let blob = ask("/layer/1/opacity", vec![OscType::Blob(vec![1])]);
        assert!(
            matches!(blob, Err(WordsError::Type { tag: 'b', .. })),
            "{blob:?}"
        );
        let two = ask("/layer/1/opacity", vec![OscType::Int(1); 2]);
        assert!(
            matches!(two, Err(WordsError::Count { count: 2, .. })),
            "{two:?}"
        );
    }

    #[test]
    fn no_argument_or_a_question_mark_asks() {
        let path: ParameterPath = "/layer/1/opacity".parse().expect("a path");
        for args in [vec![], vec![OscType::String("?".to_owned())]] {
            let asked = ask("/layer/1/opacity", args);
            assert_eq!(asked, Ok(Asked::Value(path.clone())));
        }
    }

    #[test]
    fn an_action_is_carried_out_and_a_button_when_it_is_pressed() {
        let play = Ok(Asked::Do(TransportCommand::Play.into()));
        assert_eq!(ask("/transport/play", vec![]), play);
        assert_eq!(ask("/transport/play", vec![OscType::Float(1.0)]), play);
        assert_eq!(ask("/transport/play", vec![OscType::Bool(true)]), play);
        let released = ask("/transport/play", vec![OscType::Float(0.0)]);
        assert_eq!(released, Ok(Asked::Nothing));
        assert!(ask("/transport/play", vec![OscType::Float(f32::NAN)]).is_err());
        let step = Ok(Asked::Do(TransportCommand::StepFrames(3).into()));
        assert_eq!(ask("/transport/step", vec![OscType::Int(3)]), step);
        assert!(ask("/transport/step", vec![]).is_err(), "it takes a number");
        let told = ask("/window/tell", vec![OscType::String("a \"b\"".to_owned())]);
        let tell = crate::command::WindowCommand::Tell("a \"b\"".to_owned());
        assert_eq!(told, Ok(Asked::Do(tell.into())));
        let ron = OscType::String("Layer(1,SetSolo(true))".to_owned());
        assert!(matches!(ask("/edit/apply", vec![ron]), Ok(Asked::Do(_))));
    }
}
