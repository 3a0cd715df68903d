//! Addresses of live sources: what is told of them, and files that are named like one.

use std::net::{Ipv4Addr, TcpListener};
use std::process::{Command, Output};

use super::make::Clip;

/// Runs the program with everything logged.
fn told_by(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sextet"))
        .args(arguments)
        .env("SEXTET_LOG", "debug")
        .output()
        .expect("it runs")
}

#[test]
fn no_password_and_no_token_of_an_address_is_told() {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let place = port.local_addr().expect("bound");
    // Nobody listens there any more.
    drop(port);
    let report = tempfile::tempdir().expect("a folder");
    let report = report.path().join("report.json");
    let report = report.to_str().expect("text");
    for address in [
        format!("http://me:s3cret@{place}/a.ts?token=s3cret&X-Amz-Signature=s3cret"),
        format!("rtsp://s3cret@{place}/1?auth=s3cret"),
        "gopher://me:s3cret@host/a".to_owned(),
        "http:me:s3cret@host/a.ts".to_owned(),
    ] {
        let path = address.as_str();
        let play = [
            "play",
            "--headless",
            "--renderer",
            "none",
            "--seconds",
            "0.2",
        ];
        for arguments in [
            &["probe", "--json", path][..],
            &["frame", path, "--index", "0", "-o", report],
            &["doctor", "--json", path],
            &["bench", "playback", path, "--seconds", "0.2", "--json"],
            &[&play[..], &["--json", "--report", report, path]].concat(),
        ] {
            let output = told_by(arguments);
            let told = [output.stdout.as_slice(), &output.stderr].map(String::from_utf8_lossy);
            let written = std::fs::read_to_string(report).unwrap_or_default();
            let told = format!("{}{written}", told.concat());
            assert!(!told.contains("s3cret"), "{arguments:?}: {told}");
        }
    }
}

#[test]
fn a_file_that_is_named_like_an_address_is_that_file() {
    let clip = Clip::numbered("a.avi", 3, "-c:v mjpeg -q:v 2");
    let folder = clip.path.parent().expect("a folder");
    for name in ["v4l2:a.avi", "v4l2:", "rtsp:a.avi", "http:a.avi", "udp:"] {
        std::fs::copy(&clip.path, folder.join(name)).expect("copied");
        for arguments in [&["probe", "--json", name][..], &["doctor", name]] {
            let output = Command::new(env!("CARGO_BIN_EXE_sextet"))
                .args(arguments)
                .current_dir(folder)
                .output()
                .expect("it runs");
            let told = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success(), "{arguments:?}: {output:?}");
            assert!(told.contains("mjpeg"), "{arguments:?}: {told}");
        }
    }
}
