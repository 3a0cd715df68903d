//! Addresses that other programs have for what the tree has: the prebuffer by name, and the words of cuems-videocomposer
//! and xjadeo, as far as the same thing is meant here.
//!
//! What they have for one layer's own playhead, for MIDI and for text over the picture has no like here.

use rosc::{OscMessage, OscType};

/// What an address of another program stands for. `#` in an address is a number, and the same number in what it stands
/// for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum To {
    /// The same message to this address.
    Address(&'static str),
    /// One argument for each of these parameters; one alone for all of them.
    Each(&'static [&'static str]),
    /// A parameter that is a time, counted in frames of the canvas.
    Frames(&'static str),
    /// A line of words: the first, behind this address, is the address, the others are arguments.
    Line(&'static str),
    /// The hit rate and the latencies of the prebuffers.
    Stats,
}

/// The address that the statistics of prebuffers are answered with.
pub(super) const STATS: &str = "/videocomposer/hap/prebuffer/stats";

/// All of them.
const TABLE: &[(&str, To)] = &[
    (
        "/videocomposer/hap/prebuffer/size",
        To::Each(&["/settings/prebuffer"]),
    ),
    (STATS, To::Stats),
    ("/videocomposer/layer/load", To::Address("/file/add")),
    ("/videocomposer/layer/add", To::Address("/edit/add-layer")),
    ("/videocomposer/layer/list", To::Address("/layer/*/name")),
    (
        "/videocomposer/layer/#/opacity",
        To::Each(&["/layer/#/opacity"]),
    ),
    (
        "/videocomposer/layer/#/visible",
        To::Each(&["/layer/#/visible"]),
    ),
    (
        "/videocomposer/layer/#/position",
        To::Each(&["/layer/#/position-x", "/layer/#/position-y"]),
    ),
    (
        "/videocomposer/layer/#/scale",
        To::Each(&["/layer/#/scale-x", "/layer/#/scale-y"]),
    ),
    (
        "/videocomposer/layer/#/xscale",
        To::Each(&["/layer/#/scale-x"]),
    ),
    (
        "/videocomposer/layer/#/yscale",
        To::Each(&["/layer/#/scale-y"]),
    ),
    (
        "/videocomposer/layer/#/rotation",
        To::Each(&["/layer/#/rotation"]),
    ),
    (
        "/videocomposer/layer/#/blendmode",
        To::Each(&["/layer/#/blend"]),
    ),
    (
        "/videocomposer/layer/#/brightness",
        To::Each(&["/layer/#/brightness"]),
    ),
    (
        "/videocomposer/layer/#/contrast",
        To::Each(&["/layer/#/contrast"]),
    ),
    (
        "/videocomposer/layer/#/saturation",
        To::Each(&["/layer/#/saturation"]),
    ),
    ("/videocomposer/layer/#/hue", To::Each(&["/layer/#/hue"])),
    (
        "/videocomposer/layer/#/gamma",
        To::Each(&["/layer/#/gamma"]),
    ),
    ("/videocomposer/seek", To::Frames("/transport/position")),
    ("/videocomposer/fps", To::Each(&["/canvas/rate"])),
    ("/videocomposer/quit", To::Address("/file/quit")),
    ("/videocomposer/cmd", To::Line("/videocomposer")),
    ("/jadeo/load", To::Address("/file/add")),
    ("/jadeo/seek", To::Frames("/transport/position")),
    ("/jadeo/fps", To::Each(&["/canvas/rate"])),
    ("/jadeo/quit", To::Address("/file/quit")),
    ("/jadeo/cmd", To::Line("/jadeo")),
];

/// A message of another program, in the words of the tree.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Translation {
    /// This message instead.
    Message(OscMessage),
    /// A value for each parameter.
    Each(Vec<OscMessage>),
    /// A question for the values of these parameters together, times in frames if that is said.
    Values {
        /// The paths of the parameters.
        paths: Vec<String>,
        /// True if times are counted in frames.
        is_frames: bool,
    },
    /// A question for the statistics of prebuffers.
    Stats,
    /// It takes as many arguments.
    Takes(usize),
}

/// The translation of a message; none if its address is in no other program's words.
pub(super) fn translated(message: &OscMessage) -> Option<Translation> {
    let (to, number) = TABLE
        .iter()
        .find_map(|(address, to)| Some((*to, numbered(address, &message.addr)?)))?;
    let filled = |address: &str| address.replace('#', number);
    let is_question = super::words::is_question(&message.args);
    Some(match to {
        To::Stats => Translation::Stats,
        To::Address(address) => Translation::Message(OscMessage {
            addr: address.to_owned(),
            args: message.args.clone(),
        }),
        To::Each(paths) if is_question => Translation::Values {
            paths: paths.iter().map(|path| filled(path)).collect(),
            is_frames: false,
        },
        To::Each(paths) => each(paths.iter().map(|path| filled(path)), &message.args),
        To::Frames(path) if is_question => Translation::Values {
            paths: vec![path.to_owned()],
            is_frames: true,
        },
        To::Frames(path) => match &message.args[..] {
            [arg] => Translation::Message(OscMessage {
                addr: path.to_owned(),
                args: vec![in_frames(arg)],
            }),
            _ => Translation::Takes(1),
        },
        To::Line(address) => match &message.args[..] {
            [OscType::String(line)] => Translation::Message(of_line(address, line)),
            _ => Translation::Takes(1),
        },
    })
}

/// The number that stands in the place of `#`; empty where there is no such place; none if the address is another.
fn numbered<'a>(pattern: &str, address: &'a str) -> Option<&'a str> {
    let Some((before, behind)) = pattern.split_once('#') else {
        return (pattern == address).then_some("");
    };
    let number = address.strip_prefix(before)?.strip_suffix(behind)?;
    (!number.is_empty() && !number.contains('/')).then_some(number)
}

fn each(paths: impl ExactSizeIterator<Item = String>, args: &[OscType]) -> Translation {
    let count = paths.len();
    if args.len() != count && args.len() != 1 {
        return Translation::Takes(count);
    }
    let args = args.iter().cycle().cloned();
    let messages = paths.zip(args).map(|(addr, arg)| OscMessage {
        addr,
        args: vec![arg],
    });
    Translation::Each(messages.collect())
}

/// A number of frames as the word that the tree takes for it; what is no number stays, to be refused there.
fn in_frames(arg: &OscType) -> OscType {
    let frames = match arg {
        OscType::Int(frames) => i64::from(*frames),
        OscType::Long(frames) => *frames,
        OscType::Float(frames) if frames.fract() == 0.0 => *frames as i64,
        arg => return arg.clone(),
    };
    OscType::String(format!("{frames}f"))
}

fn of_line(address: &str, line: &str) -> OscMessage {
    let mut words = line.split_whitespace();
    let word = words.next().unwrap_or("");
    let rest: Vec<&str> = words.collect();
    let arg = |text: &str| match (text.parse(), text.parse()) {
        (Ok(number), _) => OscType::Int(number),
        (_, Ok(number)) => OscType::Float(number),
        (Err(_), Err(_)) => OscType::String(text.to_owned()),
    };
    OscMessage {
        addr: format!("{address}/{word}"),
        args: if word == "load" {
            // The path of a file may have blanks.
            vec![OscType::String(rest.join(" "))]
        } else {
            rest.into_iter().map(arg).collect()
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::TreeContext;
    use crate::command::tree;
    use crate::project::{Layer, LayerId, Project};

    fn said(address: &str, args: Vec<OscType>) -> OscMessage {
        OscMessage {
            addr: address.to_owned(),
            args,
        }
    }

    #[test]
    fn every_alias_stands_for_something_that_there_is() {
        let mut project = Project::default();
        let layer = Layer::new(LayerId(1), "One".to_owned(), 0);
        project.layers.push(layer);
        let context = TreeContext::at_rest(&project);
        for (address, to) in TABLE {
            let paths = match to {
                To::Address(path) | To::Frames(path) => &[*path][..],
                To::Each(paths) => paths,
                To::Line(_) | To::Stats => continue,
            };
            for path in paths {
                let path = path.replace(['#', '*'], "1").parse().expect("a path");
                let node = tree::read(&context, &path);
                assert!(node.is_ok(), "{address}: {node:?}");
            }
        }
    }

    #[test]
    fn messages_of_other_programs_become_messages_to_the_tree() {
        let size = said("/videocomposer/hap/prebuffer/size", vec![OscType::Int(8)]);
        let expected = said("/settings/prebuffer", vec![OscType::Int(8)]);
        assert_eq!(translated(&size), Some(Translation::Each(vec![expected])));
        let args = vec![OscType::Float(1.0), OscType::Float(2.0)];
        let position = said("/videocomposer/layer/3/position", args);
        let expected = vec![
            said("/layer/3/position-x", vec![OscType::Float(1.0)]),
            said("/layer/3/position-y", vec![OscType::Float(2.0)]),
        ];
        assert_eq!(translated(&position), Some(Translation::Each(expected)));
        let seek = said("/jadeo/seek", vec![OscType::Int(100)]);
        let frames = vec![OscType::String("100f".to_owned())];
        let expected = said("/transport/position", frames);
        assert_eq!(translated(&seek), Some(Translation::Message(expected)));
        let line = said("/jadeo/cmd", vec![OscType::String("seek 7".to_owned())]);
        let expected = said("/jadeo/seek", vec![OscType::Int(7)]);
        assert_eq!(translated(&line), Some(Translation::Message(expected)));
        assert_eq!(translated(&said("/layer/1/opacity", vec![])), None);
        assert_eq!(
            translated(&said("/videocomposer/layer/1/2/hue", vec![])),
            None
        );
    }
}
