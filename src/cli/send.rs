//! `sextet send`: one message of Open Sound Control, and what is answered.

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::{Context as _, bail};

use super::listen::{line, malformed};
use super::osc_args::host_address;
use super::output;
use crate::command::Command;
use crate::remote::osc::client::{Client, ERROR, Heard, LIST_END, ShownMessage, argument};
use crate::time::Time;

/// Time in which more answers are waited for after one has come.
const REST_S: f64 = 0.2;

/// Arguments of `send`.
#[derive(clap::Args, Clone, Debug)]
pub struct SendArgs {
    /// The program that is sent to: sextet with --osc PORT, or any other.
    #[arg(value_name = "HOST:PORT", value_parser = host_address)]
    pub to: SocketAddr,
    /// Address of the message, such as /layer/2/opacity or /transport/play; `sextet tree` lists all.
    #[arg(value_name = "/PATH")]
    pub address: String,
    /// Its arguments, each of the type that it looks like; none, or ?, asks for a value.
    #[arg(value_name = "VALUE", allow_negative_numbers = true)]
    pub values: Vec<String>,
    /// Seconds to wait for an answer; 1 for what asks for a value, 0.3 for the rest, of which only a refusal is
    /// answered.
    #[arg(long, value_name = "S", value_parser = super::values::seconds, allow_negative_numbers = true)]
    pub wait: Option<f64>,
    /// Print each answer as one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// Runs the command: exit code 0 when it was sent, 1 when it was refused or a value was asked for and nobody answered.
///
/// # Errors
/// The message cannot be sent.
pub fn run(args: &SendArgs) -> anyhow::Result<ExitCode> {
    if !args.address.starts_with('/') {
        bail!(
            "an address begins with a slash, such as /transport/play, not {:?}",
            args.address
        );
    }
    // An action without arguments is carried out, and only a refusal of it is answered.
    let is_action = args.address.parse::<Command>().is_ok();
    let asks = args.values == ["?"] || (args.values.is_empty() && !is_action);
    let mut client = Client::to(args.to).context("cannot open a socket")?;
    let values = args.values.iter().map(|value| argument(value)).collect();
    client
        .send(args.to, &args.address, values)
        .with_context(|| format!("cannot send to {}", args.to))?;
    let patience = args.wait.unwrap_or(if asks { 1.0 } else { 0.3 });
    let mut wait = Time::from_seconds_f64(patience);
    let mut is_answered = false;
    let mut is_refused = false;
    while let Some(Heard { from, messages }) = client.receive(Some(wait))? {
        let messages: Vec<ShownMessage> = match messages {
            Ok(messages) => messages,
            Err(error) => {
                malformed(from, &error);
                continue;
            }
        };
        let mut is_over = false;
        for message in &messages {
            is_answered = true;
            is_refused |= message.address == ERROR;
            is_over |= message.address == LIST_END || message.address == args.address;
            output::print_line(&line(message, from, args.json)?)?;
        }
        if is_over || is_refused {
            break;
        }
        wait = Time::from_seconds_f64(REST_S);
    }
    if asks && !is_answered {
        output::complain(&format!("{} does not answer", args.to));
    }
    Ok(ExitCode::from(u8::from(
        is_refused || (asks && !is_answered),
    )))
}
