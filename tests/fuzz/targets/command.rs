//! Any text as a command: refused, or printed as what reads and prints the same. A setting is refused by a project or
//! comes to another command, and an edit among these holds the project's rules.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sextet::command::{Command, HistoryCommand, TreeContext, tree};
use sextet::project::Project;
use sextet::time::Time;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(command) = text.parse::<Command>() else {
        return;
    };
    // By text, since NaN in an edit is not equal to itself.
    let printed = command.to_string();
    let read: Command = printed.parse().expect("what was printed");
    assert_eq!(read.to_string(), printed);
    let Command::Set(setting) = command else {
        return;
    };
    let project = Project::with_media_layers(&[("/a.mov".into(), Time::from_seconds(4))]);
    match tree::resolve(&TreeContext::at_rest(&project), &setting) {
        Ok(Command::Edit(HistoryCommand::Apply(edit))) => {
            edit.applied_to(&project).expect("it was tried");
        }
        Ok(Command::Set(_)) => panic!("a setting comes to a command of another family"),
        Ok(_) | Err(_) => {}
    }
});
