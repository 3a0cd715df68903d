//! Arguments in, a window or a headless command, an exit code out.

fn main() {}
