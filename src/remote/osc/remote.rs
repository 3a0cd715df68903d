//! [`Osc`]: the controller's side.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use rosc::{OscMessage, OscType};

use super::aliases::STATS;
use super::inbox::{Request, What};
use super::outbox::{Outcome, TreeState};
use super::peer::Peer;
use super::server::Server;
use crate::command::remote::{Remote, RemoteHost, RemoteStart, RemoteWaker};
use crate::settings::Osc as OscSettings;
use crate::status::snapshot::{LayerSnapshot, Snapshot};

/// Requests carried out in one tick: a few for each parameter of a show with six layers. The rest waits for the next.
const TICK_REQUESTS: usize = 512;

/// Options of OSC.
#[derive(Clone, Debug, Default)]
pub struct OscOptions {
    /// Settings that hold instead of the user's, as from the command line.
    pub fixed: Option<OscSettings>,
}

/// Open Sound Control as a remote of the controller.
pub struct Osc {
    options: OscOptions,
    wake: RemoteWaker,
    server: Option<Server>,
    /// The settings that the server was started with, or could not be.
    current: Option<OscSettings>,
    /// The state that was handed over last.
    published: Option<TreeState>,
    outcomes: Vec<Outcome>,
    questions: Vec<Request>,
    answers: Vec<(Peer, OscMessage)>,
}

impl Osc {
    /// What starts it with a controller.
    pub fn starter(options: OscOptions) -> RemoteStart {
        Arc::new(move |wake| {
            Box::new(Self {
                options: options.clone(),
                wake,
                server: None,
                current: None,
                published: None,
                outcomes: Vec::new(),
                questions: Vec::new(),
                answers: Vec::new(),
            })
        })
    }

    /// Follows the settings: starts, stops, or moves to another port.
    fn follow_settings(&mut self, host: &mut dyn RemoteHost) {
        let of_user = &host.context().settings.osc;
        let wanted = self.options.fixed.as_ref().unwrap_or(of_user);
        if self.current.as_ref() == Some(wanted) {
            return;
        }
        let wanted = wanted.clone();
        // The port is free again before it is asked for.
        self.server = None;
        self.published = None;
        if wanted.is_on {
            match Server::start(&wanted, Arc::clone(&self.wake)) {
                Ok(server) => {
                    host.tell(false, listening(server.address()));
                    self.server = Some(server);
                }
                Err(error) => host.tell(
                    true,
                    format!(
                        "OSC: cannot listen on {}:{} ({error}); choose another port or address in the settings",
                        wanted.address, wanted.port
                    ),
                ),
            }
        }
        self.current = Some(wanted);
    }

    fn carry_out(&mut self, request: Request, host: &mut dyn RemoteHost) {
        match request.what {
            What::Set(setting) => {
                let error = host.try_execute(setting.clone().into()).err();
                self.outcomes.push(Outcome {
                    from: request.from,
                    address: request.address,
                    path: setting.path,
                    value: setting.value,
                    error,
                });
            }
            What::Do(command) => {
                let path = command.to_string();
                if let Err(error) = host.try_execute(*command) {
                    tracing::debug!(%error, "{path}");
                }
            }
            What::Values { .. } | What::Matching(_) | What::List(_) | What::Stats => {
                self.questions.push(request);
            }
        }
    }
}

impl Remote for Osc {
    fn follow(&mut self, host: &mut dyn RemoteHost) {
        self.follow_settings(host);
        let Some(server) = &self.server else {
            return;
        };
        if !server.shared().has_requests.swap(false, Ordering::Acquire) {
            return;
        }
        let (requests, lines, has_more) = {
            let mut inbox = server.shared().inbox.lock();
            let requests: Vec<_> = std::iter::from_fn(|| inbox.pop())
                .take(TICK_REQUESTS)
                .collect();
            (requests, inbox.take_lines(), !inbox.is_empty())
        };
        if has_more {
            server.shared().has_requests.store(true, Ordering::Release);
            (self.wake)();
        }
        for request in requests {
            self.carry_out(request, host);
        }
        for (is_error, text) in lines {
            host.tell(is_error, text);
        }
    }

    fn publish(&mut self, host: &dyn RemoteHost) {
        let Some(server) = &self.server else {
            return;
        };
        let status = host.status();
        let is_heard = server.shared().is_heard.load(Ordering::Relaxed);
        let is_same = self.published.as_ref().is_some_and(|published| {
            published.is_like(status) && (!is_heard || published.transport == status.transport)
        });
        if is_same && self.outcomes.is_empty() && self.questions.is_empty() {
            return;
        }
        for question in &self.questions {
            if matches!(question.what, What::Stats) {
                let messages = prebuffer_stats(&status.snapshot);
                let answers = messages.into_iter().map(|message| (question.from, message));
                self.answers.extend(answers);
            }
        }
        let state = TreeState::of(status);
        self.published = Some(state.clone());
        server.shared().outbox.lock().add(
            state,
            &mut self.outcomes,
            &mut self.questions,
            &mut self.answers,
        );
        server.shared().wake();
    }
}

fn listening(address: SocketAddr) -> String {
    let who = if address.ip().is_loopback() {
        "this machine alone is heard"
    } else {
        "everybody in the network is heard, and may change everything"
    };
    format!("OSC: listening on {address}, UDP and TCP; {who}")
}

/// The statistics of prebuffers: one message for all layers together, then one for each. The hit rate is a part of one;
/// latencies are in milliseconds: of reading a frame the 50th, 95th and 99th percentile and the longest, of decoding one
/// the 99th percentile. Together they are those of the slowest layer.
fn prebuffer_stats(snapshot: &Snapshot) -> Vec<OscMessage> {
    let latencies = |layer: &LayerSnapshot| {
        [
            layer.read_p50_ms,
            layer.read_p95_ms,
            layer.read_p99_ms,
            layer.read_max_ms,
            layer.decode_p99_ms,
        ]
    };
    let slowest = snapshot
        .layers
        .iter()
        .map(latencies)
        .fold([0.0_f32; 5], |slowest, layer| {
            std::array::from_fn(|index| slowest[index].max(layer[index]))
        });
    let message = |addr: String, hit_rate: f64, latencies: [f32; 5]| OscMessage {
        addr,
        args: std::iter::once(hit_rate as f32)
            .chain(latencies)
            .map(OscType::Float)
            .collect(),
    };
    let total = message(STATS.to_owned(), snapshot.totals.hit_rate(), slowest);
    let layers = (1..)
        .zip(snapshot.layers.iter().rev())
        .map(|(number, layer)| {
            let addr = format!("{STATS}/layer/{number}");
            message(addr, layer.counts.hit_rate(), latencies(layer))
        });
    std::iter::once(total).chain(layers).collect()
}
