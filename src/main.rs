//! Arguments in, a window or a headless command, an exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    sextet::cli::main()
}
