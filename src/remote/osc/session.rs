//! What each message asks for, and what is answered: the thread's work without its sockets.

use std::collections::BTreeMap;
use std::time::SystemTime;

use rosc::{OscMessage, OscType};

use super::aliases::{self, Translation};
use super::answers::{self, LIST, LIST_END, is_as_sent};
use super::feedback::Feedback;
use super::inbox::{Inbox, InboxFull, Request, What};
use super::listeners::Listeners;
use super::outbox::{Outbox, Outcome, TreeState};
use super::packet::{self, PacketError};
use super::pattern::Pattern;
use super::peer::Peer;
use super::schedule::Schedule;
use super::told::Told;
use super::words::{Asked, asked, is_question, value_argument};
use crate::command::tree::{self, Kind, Node, ParameterPath, Value};
use crate::time::Time;

/// The address of refusals. A message with it is answered by nothing, so that two programs never answer each other.
pub const ERROR: &str = "/error";

/// The address of subscriptions.
pub const SUBSCRIBE: &str = "/subscribe";
const UNSUBSCRIBE: &str = "/unsubscribe";

/// Most parameters that one pattern sets.
const MOST_MATCHES: usize = 1024;

/// Most patterns in one packet: each is held against the whole tree.
const MOST_PATTERNS: usize = 64;

/// Most messages that go out after one turn: the whole tree of a large project, and more.
const MOST_REPLIES: usize = 32_768;

/// Letters of an address that an answer or a message shows.
const SHOWN_LETTERS: usize = 120;

/// The work of the thread between its sockets and the tick.
#[derive(Default)]
pub(super) struct Session {
    schedule: Schedule,
    listeners: Listeners,
    feedback: Feedback,
    told: Told,
    /// Requests that go to the tick after this turn.
    inbox: Inbox,
    /// Whose request of this turn found no room.
    crowded_out: Option<(Peer, String)>,
    /// Patterns of the packet at hand.
    patterns: usize,
    /// Messages to the user that go to the tick after this turn.
    pub lines: Vec<(bool, String)>,
    /// Messages that go out after this turn.
    pub replies: Vec<(Peer, OscMessage)>,
}

impl Session {
    /// A session that tells these listeners of changes.
    pub fn new(listeners: Listeners) -> Self {
        Self {
            listeners,
            ..Self::default()
        }
    }

    /// Takes a packet. `now` is the time on the clock of the schedule, `wall` that of the time tags.
    pub fn receive(&mut self, bytes: &[u8], from: Peer, now: Time, wall: SystemTime) {
        self.patterns = 0;
        let messages = match packet::decode(bytes) {
            Ok(messages) => messages,
            Err(error) => return self.malformed(from, &error),
        };
        for received in messages {
            let wait = received.due.and_then(|due| due.duration_since(wall).ok());
            let wait = wait.filter(|wait| !wait.is_zero());
            let Some(wait) = wait else {
                self.take(received.message, from, now);
                continue;
            };
            let wait = Time::from_seconds_f64(wait.as_secs_f64());
            let address = received.message.addr.clone();
            if let Err(error) = self.schedule.insert(from, received.message, now, wait) {
                self.refuse(from, &address, &error.to_string());
            }
        }
    }

    /// Takes the messages whose time has come.
    pub fn take_due(&mut self, now: Time) {
        while let Some((from, message)) = self.schedule.pop_due(now) {
            self.take(message, from, now);
        }
    }

    /// The time at which the next one is due.
    pub fn next_due(&self) -> Option<Time> {
        self.schedule.next_due()
    }

    /// True if anybody hears of changes.
    pub fn is_heard(&self) -> bool {
        !self.listeners.all().is_empty()
    }

    /// Forgets a connection that is gone.
    pub fn forget(&mut self, peer: Peer) {
        self.listeners.unsubscribe(peer);
    }

    /// Puts what waits into the inbox of the tick; true if there is something in it.
    pub fn hand_over(&mut self, inbox: &mut Inbox) -> bool {
        for request in self.take_requests() {
            let (from, address) = (request.from, request.address.clone());
            if inbox.push(request).is_err() {
                self.crowded_out = Some((from, address));
            }
        }
        if let Some((from, address)) = self.crowded_out.take() {
            self.refuse(from, &address, &InboxFull.to_string());
        }
        for (is_error, text) in self.lines.drain(..) {
            inbox.tell(is_error, text);
        }
        !inbox.is_empty()
    }

    /// Takes the requests of this turn out.
    pub fn take_requests(&mut self) -> Vec<Request> {
        std::iter::from_fn(|| self.inbox.pop()).collect()
    }

    /// Takes a message whose time has come.
    pub fn take(&mut self, message: OscMessage, from: Peer, now: Time) {
        match &*message.addr {
            ERROR | LIST_END => {}
            SUBSCRIBE => self.subscribe(&message, from, now),
            UNSUBSCRIBE => self.listeners.unsubscribe(from),
            LIST => self.list(&message, from),
            _ => self.take_translated(message, from),
        }
    }

    fn take_translated(&mut self, message: OscMessage, from: Peer) {
        let mut message = message;
        // A line of words stands for an address that stands for a path: no chain is longer.
        for _ in 0..3 {
            let Some(translation) = aliases::translated(&message) else {
                break;
            };
            let address = message.addr.clone();
            match translation {
                Translation::Message(other) => message = other,
                Translation::Each(messages) => {
                    for message in messages {
                        self.take_word(&message, from);
                    }
                    return;
                }
                Translation::Values { paths, is_frames } => {
                    let paths: Result<Vec<ParameterPath>, _> =
                        paths.iter().map(|path| path.parse()).collect();
                    match paths {
                        Ok(paths) => self.request(from, address, What::Values { paths, is_frames }),
                        Err(error) => self.refuse(from, &address, &error.to_string()),
                    }
                    return;
                }
                Translation::Stats => return self.request(from, address, What::Stats),
                Translation::Takes(count) => {
                    let text = format!("it takes as many arguments as {count}");
                    return self.refuse(from, &address, &text);
                }
            }
        }
        self.take_word(&message, from);
    }

    /// Takes a message to the tree itself.
    fn take_word(&mut self, message: &OscMessage, from: Peer) {
        if Pattern::is_needed(&message.addr) {
            return self.take_pattern(message, from);
        }
        match asked(message) {
            Ok(Asked::Set(setting)) => self.request(from, message.addr.clone(), What::Set(setting)),
            Ok(Asked::Do(command)) => {
                self.request(from, message.addr.clone(), What::Do(Box::new(command)));
            }
            Ok(Asked::Value(path)) => {
                let paths = vec![path];
                let is_frames = false;
                let what = What::Values { paths, is_frames };
                self.request(from, message.addr.clone(), what);
            }
            Ok(Asked::Nothing) => {}
            Err(error) => self.refuse(from, &message.addr, &error.to_string()),
        }
    }

    fn take_pattern(&mut self, message: &OscMessage, from: Peer) {
        let Some(pattern) = Pattern::parse(&message.addr) else {
            return self.refuse(
                from,
                &message.addr,
                "it is no pattern: a bracket is open, or it is too long",
            );
        };
        self.patterns += 1;
        if self.patterns > MOST_PATTERNS {
            return self.refuse(from, &message.addr, "too many patterns in one packet");
        }
        let Some(state) = self.feedback.state() else {
            return self.refuse(from, &message.addr, "the program is still starting");
        };
        let nodes = tree::nodes(&state.context());
        let matching = nodes
            .into_iter()
            .filter(|node| pattern.matches(&node.path.to_string()));
        let (actions, parameters): (Vec<Node>, Vec<Node>) =
            matching.partition(|node| matches!(node.kind, Kind::Action { .. }));
        let mut paths = match (&parameters[..], &actions[..]) {
            ([], [action]) => vec![action.path.to_string()],
            ([], _) => {
                return self.refuse(
                    from,
                    &message.addr,
                    "nothing in the tree matches it; `/list` lists all paths",
                );
            }
            (_, _) if is_question(&message.args) => {
                return self.request(from, message.addr.clone(), What::Matching(pattern));
            }
            (parameters, _) => {
                let writable = parameters.iter().filter(|node| node.is_writable);
                writable.map(|node| node.path.to_string()).collect()
            }
        };
        paths.truncate(MOST_MATCHES);
        for addr in paths {
            let args = message.args.clone();
            self.take_word(&OscMessage { addr, args }, from);
        }
    }

    fn subscribe(&mut self, message: &OscMessage, from: Peer, now: Time) {
        let mut pattern = None;
        let mut port = None;
        for arg in &message.args {
            match arg {
                OscType::String(text) => match Pattern::parse(text) {
                    Some(parsed) => pattern = Some(parsed),
                    None => {
                        return self.refuse(from, SUBSCRIBE, "its text is no pattern of addresses");
                    }
                },
                OscType::Int(number) if (1..=65535).contains(number) => port = Some(*number as u16),
                _ => {
                    return self.refuse(
                        from,
                        SUBSCRIBE,
                        "it takes a pattern of addresses and a port",
                    );
                }
            }
        }
        if !self.listeners.subscribe(from, port, pattern, now) {
            self.refuse(from, SUBSCRIBE, "there are too many subscriptions");
        }
    }

    fn list(&mut self, message: &OscMessage, from: Peer) {
        let pattern = match &message.args[..] {
            [] => None,
            [OscType::String(text)] => match Pattern::parse(text) {
                Some(pattern) => Some(pattern),
                None => return self.refuse(from, LIST, "its text is no pattern of addresses"),
            },
            // As what answers a question of this program elsewhere.
            _ => return,
        };
        self.request(from, LIST.to_owned(), What::List(pattern));
    }

    fn request(&mut self, from: Peer, address: String, what: What) {
        let asker = (from, address.clone());
        let request = Request {
            from,
            address,
            what,
        };
        if self.inbox.push(request).is_err() {
            self.crowded_out = Some(asker);
        }
    }

    fn malformed(&mut self, from: Peer, error: &PacketError) {
        let whose = match from {
            Peer::Udp(address) => address.ip().to_string(),
            Peer::Tcp(_) => "a connection".to_owned(),
        };
        let text = format!("OSC: a packet from {whose} cannot be read ({error})");
        if let Some(line) = self.told.once(&whose, || text) {
            self.lines.push((true, line));
        }
        self.reply(from, ERROR, vec![OscType::String(error.to_string())]);
    }

    /// Answers that a message is refused, and tells the user the first time.
    fn refuse(&mut self, from: Peer, address: &str, reason: &str) {
        let address: String = address.chars().take(SHOWN_LETTERS).collect();
        let line = self
            .told
            .once(&address, || format!("OSC: {address}: {reason}"));
        self.lines.extend(line.map(|line| (true, line)));
        let args = [address, reason.to_owned()].map(OscType::String);
        self.reply(from, ERROR, Vec::from(args));
    }

    fn reply(&mut self, to: Peer, address: &str, args: Vec<OscType>) {
        let addr = address.to_owned();
        self.send([(to, OscMessage { addr, args })]);
    }

    /// Has messages go out after this turn, as far as there is room.
    fn send(&mut self, messages: impl IntoIterator<Item = (Peer, OscMessage)>) {
        let room = MOST_REPLIES.saturating_sub(self.replies.len());
        self.replies.extend(messages.into_iter().take(room));
    }

    /// Takes what a tick handed over: answers questions, and tells listeners what changed.
    pub fn publish(&mut self, outbox: Outbox, now: Time) {
        let Outbox {
            state,
            outcomes,
            questions,
            answers,
        } = outbox;
        self.listeners.expire(now);
        let is_heard = self.is_heard();
        if let Some(state) = state {
            let changed = self.feedback.follow(state, is_heard);
            self.tell_listeners(changed, &outcomes);
        }
        for outcome in outcomes {
            if let Some(error) = &outcome.error {
                self.refuse(outcome.from, &outcome.address, &error.to_string());
            }
        }
        for question in questions {
            self.answer(&question);
        }
        self.send(answers);
    }

    /// Sends each listener the values that are new to it, each path once.
    fn tell_listeners(&mut self, changed: Vec<(ParameterPath, Value)>, outcomes: &[Outcome]) {
        let Some(state) = self.feedback.state().filter(|_| self.is_heard()) else {
            return;
        };
        let mut news: BTreeMap<ParameterPath, Value> = changed.into_iter().collect();
        let mut sent = Vec::new();
        for outcome in outcomes.iter().filter(|outcome| outcome.error.is_none()) {
            let Ok(node) = tree::read(&state.context(), &outcome.path) else {
                continue;
            };
            let Some(value) = node.value else {
                continue;
            };
            let is_as_sent = is_as_sent(&node.kind, &outcome.value, &value, state);
            if !is_as_sent {
                // Clamped, perhaps to what it was before: the sender is to know.
                news.insert(node.path.clone(), value);
            }
            sent.push((outcome.from, node.path, is_as_sent));
        }
        let mut replies = Vec::new();
        for (path, value) in &news {
            let addr = path.to_string();
            let mut told = Vec::new();
            for listener in self.listeners.all() {
                let last = sent.iter().rfind(|(_, sent, _)| sent == path);
                let knows = last
                    .is_some_and(|(from, _, is_as_sent)| *is_as_sent && listener.sends_from(*from));
                if !knows && listener.hears(&addr) && !told.contains(&listener.to) {
                    told.push(listener.to);
                    let args = vec![value_argument(value)];
                    let addr = addr.clone();
                    replies.push((listener.to, OscMessage { addr, args }));
                }
            }
        }
        self.send(replies);
    }

    fn answer(&mut self, question: &Request) {
        let Some(state) = self.feedback.state() else {
            return;
        };
        match answers::answers(question, state) {
            Ok(messages) => {
                let messages = messages.into_iter().map(|message| (question.from, message));
                self.send(messages);
            }
            Err(error) => self.refuse(question.from, &question.address, &error.to_string()),
        }
    }
}

/// Takes a packet with a program of which nothing is known, and forgets what it asks for: number of requests and answers.
pub fn dry_run(bytes: &[u8]) -> usize {
    let mut session = Session::default();
    let project = crate::project::Project::default();
    let status = crate::status::Status {
        project: project.into(),
        ..crate::status::Status::default()
    };
    let state = |questions| Outbox {
        state: Some(TreeState::of(&status)),
        questions,
        ..Outbox::default()
    };
    session.publish(state(Vec::new()), Time::ZERO);
    session.receive(bytes, Peer::Tcp(0), Time::ZERO, SystemTime::UNIX_EPOCH);
    let questions = session.take_requests();
    let requests = questions.len();
    session.publish(state(questions), Time::ZERO);
    requests + session.replies.len()
}
