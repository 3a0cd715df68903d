//! Tests that measure or disturb their whole process (memory, open files, faults put under threads by name), each in a
//! process of its own beside the others of its binary.

use std::ffi::OsStr;
use std::process::Command;

/// Set in a process that belongs to one test.
const IS_OWN: &str = "SEXTET_TEST_PROCESS";

/// True in a process that belongs to the calling test alone. Elsewhere it runs the test in one, and fails as that does.
///
/// `marker` is the path of an item in the test's function, as [`std::any::type_name`] writes it.
pub fn is_own(marker: &str) -> bool {
    if std::env::var_os(IS_OWN).as_deref() == Some(OsStr::new("1")) {
        return true;
    }
    let test = marker
        .split_once("::")
        .and_then(|(_binary, test)| test.strip_suffix("::here"))
        .expect("an item in the test's function");
    let program = std::env::current_exe().expect("this program");
    let ended = Command::new(program)
        .args([test, "--exact", "--include-ignored", "--nocapture"])
        .env(IS_OWN, "1")
        .output()
        .expect("it starts");
    let output = String::from_utf8_lossy(&ended.stdout);
    // A name that no test has would end well, too.
    let has_passed = ended.status.success() && output.contains("1 passed");
    let errors = String::from_utf8_lossy(&ended.stderr);
    assert!(
        has_passed,
        "{test}, in its own process: {}\n{output}{errors}",
        ended.status
    );
    false
}

/// At the beginning of a test: the rest of it runs in a process of its own.
macro_rules! in_own_process {
    () => {
        fn here() {}
        if !$crate::own_process::is_own(std::any::type_name_of_val(&here)) {
            return;
        }
    };
}

pub(crate) use in_own_process;
