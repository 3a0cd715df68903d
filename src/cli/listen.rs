//! `sextet listen`: messages of Open Sound Control as they come.

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::Context as _;
use serde::Serialize;
use serde::ser::{SerializeSeq as _, Serializer};

use super::osc_args::{host_address, listen_address};
use super::output;
use crate::remote::osc::client::{Client, Heard, SUBSCRIBE, ShownArgument, ShownMessage, argument};
use crate::remote::osc::packet::PacketError;
use crate::time::{Clock, Time};

/// Time after which a subscription is renewed: half of what the shortest lasts.
const RENEW_AFTER: Time = Time::from_seconds(5);

/// Arguments of `listen`.
#[derive(clap::Args, Clone, Debug)]
pub struct ListenArgs {
    /// The port to listen on, by UDP; 0 for any that is free. An address before it takes messages of other machines too.
    #[arg(value_name = "PORT|ADDR:PORT", value_parser = listen_address)]
    pub address: SocketAddr,
    /// Subscribe to the changes of this program, and stay subscribed.
    #[arg(long, value_name = "HOST:PORT", value_parser = host_address)]
    pub subscribe: Option<SocketAddr>,
    /// Subscribe to the addresses that match this pattern alone, such as /layer/*/opacity.
    #[arg(long, value_name = "PATTERN", requires = "subscribe")]
    pub pattern: Option<String>,
    /// End after so many messages.
    #[arg(long, value_name = "N")]
    pub count: Option<u64>,
    /// End after so many seconds.
    #[arg(long, value_name = "S", value_parser = super::values::seconds, allow_negative_numbers = true)]
    pub seconds: Option<f64>,
    /// Print each message as one JSON object on a line of its own.
    #[arg(long)]
    pub json: bool,
}

/// Runs the command, until it is interrupted or has shown as much as was asked for.
///
/// # Errors
/// The port cannot be listened on.
pub fn run(args: &ListenArgs) -> anyhow::Result<ExitCode> {
    let mut client = Client::listening(args.address)
        .with_context(|| format!("cannot listen on {}", args.address))?;
    output::remark(&format!("listening on {}", client.address()?));
    let clock = Clock::system();
    let until = args.seconds.map(Time::from_seconds_f64);
    let mut renew_at = Time::ZERO;
    let mut left = args.count.unwrap_or(u64::MAX);
    while left > 0 && until.is_none_or(|until| clock.now() < until) {
        if let Some(to) = args.subscribe.filter(|_| clock.now() >= renew_at) {
            let pattern = args.pattern.iter().map(|pattern| argument(pattern));
            client.send(to, SUBSCRIBE, pattern.collect())?;
            renew_at = clock.now() + RENEW_AFTER;
        }
        let next = [until, args.subscribe.map(|_| renew_at)]
            .into_iter()
            .flatten()
            .min();
        let patience = next.map(|next| (next - clock.now()).max(Time::ZERO));
        let Some(Heard { from, messages }) = client.receive(patience)? else {
            continue;
        };
        match messages {
            Ok(messages) => {
                for message in messages
                    .iter()
                    .take(usize::try_from(left).unwrap_or(usize::MAX))
                {
                    output::print_line(&line(message, from, args.json)?)?;
                    left -= 1;
                }
            }
            Err(error) => malformed(from, &error),
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Complains of a packet that cannot be read.
pub(super) fn malformed(from: SocketAddr, error: &PacketError) {
    output::complain(&format!("a packet from {from} cannot be read: {error}"));
}

/// A message on one line: address, type tags, values; or the same as JSON.
pub(super) fn line(
    message: &ShownMessage,
    from: SocketAddr,
    is_json: bool,
) -> anyhow::Result<String> {
    if is_json {
        let args = Args(&message.args);
        return Ok(serde_json::to_string(&Line {
            address: &message.address,
            types: &message.types,
            args,
            from: from.to_string(),
        })?);
    }
    let mut words = vec![message.address.clone(), format!(",{}", message.types)];
    words.extend(message.args.iter().map(|arg| match arg {
        ShownArgument::Int(value) => value.to_string(),
        ShownArgument::Float(value) => value.to_string(),
        ShownArgument::Double(value) => value.to_string(),
        ShownArgument::Bool(is_on) => is_on.to_string(),
        ShownArgument::Text(text) => format!("{text:?}"),
        ShownArgument::Nil => "nil".to_owned(),
    }));
    Ok(output::escaped(&words.join(" ")))
}

/// The object of `--json`; its names are a contract.
#[derive(Serialize)]
struct Line<'a> {
    address: &'a str,
    types: &'a str,
    args: Args<'a>,
    from: String,
}

struct Args<'a>(&'a [ShownArgument]);

impl Serialize for Args<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for arg in self.0 {
            match arg {
                ShownArgument::Int(value) => list.serialize_element(value)?,
                ShownArgument::Float(value) => list.serialize_element(value)?,
                ShownArgument::Double(value) => list.serialize_element(value)?,
                ShownArgument::Bool(is_on) => list.serialize_element(is_on)?,
                ShownArgument::Text(text) => list.serialize_element(text)?,
                ShownArgument::Nil => list.serialize_element(&())?,
            }
        }
        list.end()
    }
}
