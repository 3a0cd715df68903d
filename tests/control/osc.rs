//! Open Sound Control through real sockets of this machine: the program is ticked by hand, and waited for by its answers.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crossbeam_channel::{Receiver, bounded};
use rosc::{OscMessage, OscType};
use sextet::command::{Command, HistoryCommand};
use sextet::control::{Controller, ControllerOptions};
use sextet::engine::EngineOptions;
use sextet::project::{Layer, LayerId, Project, TimeRange};
use sextet::remote::osc::framing::{self, FrameReader, Framing};
use sextet::remote::osc::packet;
use sextet::remote::osc::{Osc, OscOptions};
use sextet::settings::{Osc as OscSettings, PrebufferDepth};
use sextet::time::{Clock, ManualClock, Time};

use super::PATIENCE;
use super::card_rig::{at, clip};
use super::cards::Cards;

/// A program that listens, with so many layers.
struct Program {
    controller: Controller,
    hand: ManualClock,
    woken: Receiver<()>,
    address: SocketAddr,
}

/// A client of it.
struct Client {
    socket: UdpSocket,
    program: SocketAddr,
    heard: Vec<OscMessage>,
}

impl Program {
    fn new(layers: u32) -> Self {
        Self::with_targets(layers, Vec::new())
    }

    fn with_targets(layers: u32, targets: Vec<SocketAddr>) -> Self {
        let mut project = Project {
            is_looping: true,
            loop_range: Some(TimeRange {
                start: Time::ZERO,
                end: Time::from_seconds(10),
            }),
            ..Project::default()
        };
        for number in 1..=layers {
            let layer = Layer::new(LayerId(number), format!("Layer {number}"), 0);
            project.layers.insert(0, layer);
        }
        Self::of(project, targets)
    }

    fn of(project: Project, targets: Vec<SocketAddr>) -> Self {
        let fixed = Some(OscSettings {
            is_on: true,
            port: 0,
            targets,
            ..OscSettings::default()
        });
        let hand = ManualClock::new();
        let options = ControllerOptions {
            remotes: vec![Osc::starter(OscOptions { fixed })],
            clock: hand.clock(),
            ..ControllerOptions::headless(project, EngineOptions::default())
        };
        let (wake, woken) = bounded(1);
        // A full channel wakes all the same.
        let wake = Arc::new(move || _ = wake.try_send(()));
        let mut controller = Controller::new(options, None, wake).expect("it starts");
        controller.tick();
        controller.tick();
        let messages = &controller.status().messages;
        let said = messages
            .iter()
            .find_map(|message| message.text.strip_prefix("OSC: listening on "));
        let (address, _) = said
            .and_then(|said| said.split_once(','))
            .expect("it says where");
        let address = address.parse().expect("an address");
        Self {
            controller,
            hand,
            woken,
            address,
        }
    }

    fn client(&self) -> Client {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
        socket
            .set_read_timeout(Some(Duration::from_millis(2)))
            .expect("set");
        Client {
            socket,
            program: self.address,
            heard: Vec::new(),
        }
    }

    /// Ticks until a client has heard what `find` finds, and takes that out.
    fn until<T>(
        &mut self,
        client: &mut Client,
        what: &str,
        find: impl Fn(&OscMessage) -> Option<T>,
    ) -> T {
        let clock = Clock::system();
        loop {
            self.controller.tick();
            client.hear();
            let found = client
                .heard
                .iter()
                .position(|message| find(message).is_some());
            if let Some(place) = found {
                return find(&client.heard.remove(place)).expect("it was found");
            }
            assert!(
                clock.now() < PATIENCE,
                "waited too long: {what}; heard {:?}",
                client.heard
            );
        }
    }

    /// The answer to a question.
    fn ask(&mut self, client: &mut Client, address: &str) -> Vec<OscType> {
        client.send(address, Vec::new());
        self.until(client, address, |message| {
            (message.addr == address).then(|| message.args.clone())
        })
    }

    /// The reason that a message is refused.
    fn refusal(&mut self, client: &mut Client, address: &str, args: Vec<OscType>) -> String {
        client.send(address, args);
        self.until(client, "a refusal", |message| match &message.args[..] {
            [.., OscType::String(reason)] if message.addr == "/error" => Some(reason.clone()),
            _ => None,
        })
    }

    /// Ticks until every layer shows the frame that is due.
    fn settle(&mut self) {
        let clock = Clock::system();
        loop {
            self.controller.tick();
            if self.controller.engine().is_settled() {
                return;
            }
            assert!(clock.now() < PATIENCE, "it never settles");
            self.woken.recv_timeout(Duration::from_millis(5)).ok();
        }
    }

    /// Number of the last message to the user.
    fn last_message(&self) -> Option<u64> {
        let messages = &self.controller.status().messages;
        messages.last().map(|message| message.id)
    }

    fn opacity(&self, layer: usize) -> f32 {
        let layers = &self.controller.project().layers;
        layers[layers.len() - layer].opacity
    }
}

impl Client {
    fn send(&self, address: &str, args: Vec<OscType>) {
        self.send_all(vec![message(address, args)], None);
    }

    fn send_all(&self, messages: Vec<OscMessage>, due: Option<SystemTime>) {
        let packet = packet::encode(messages, due).expect("encodes");
        self.socket.send_to(&packet, self.program).expect("sent");
    }

    fn hear(&mut self) {
        let mut bytes = vec![0; 65_536];
        while let Ok((count, _)) = self.socket.recv_from(&mut bytes) {
            let messages = packet::decode(&bytes[..count]).expect("it sends good packets");
            self.heard
                .extend(messages.into_iter().map(|received| received.message));
        }
    }
}

fn message(address: &str, args: Vec<OscType>) -> OscMessage {
    OscMessage {
        addr: address.to_owned(),
        args,
    }
}

fn text(text: &str) -> OscType {
    OscType::String(text.to_owned())
}

#[test]
fn every_path_is_listed_asked_and_set_to_what_it_answers() {
    let mut program = Program::new(2);
    let mut client = program.client();
    client.send("/list", Vec::new());
    let count = program.until(&mut client, "a list", |message| {
        (message.addr == "/list/end").then(|| message.args[0].clone().int())
    });
    let rows: Vec<_> = std::mem::take(&mut client.heard);
    assert_eq!(rows.len() as i32, count.expect("a number"));
    let mut types = BTreeMap::new();
    let mut paths = Vec::new();
    for row in &rows {
        let [OscType::String(path), OscType::String(kind), ..] = &row.args[..] else {
            panic!("{row:?}");
        };
        *types.entry(kind.clone()).or_insert(0) += 1;
        if kind != "action" {
            paths.push((path.clone(), row.args[2].clone()));
        }
    }
    let kinds: Vec<_> = types.keys().map(String::as_str).collect();
    let all = [
        "action", "bool", "choice", "float", "int", "rate", "text", "time",
    ];
    assert_eq!(kinds, all);
    let before = program.controller.project().clone();
    for (path, value) in paths {
        assert_eq!(
            program.ask(&mut client, &path),
            std::slice::from_ref(&value),
            "{path}"
        );
        // Outputs need a window, and lengths are not set.
        if !path.starts_with("/output") && path != "/project/duration" {
            client.send(&path, vec![value]);
        }
    }
    program.ask(&mut client, "/transport/speed");
    assert_eq!(client.heard, [], "nothing was refused");
    let messages = &program.controller.status().messages;
    assert_eq!(messages.len(), 1, "where it listens: {messages:?}");
    let after = program.controller.project();
    assert_eq!(after.canvas, before.canvas);
    assert_eq!(after.layers.len(), before.layers.len());
}

#[test]
fn wildcards_reach_every_parameter_that_they_match() {
    let mut program = Program::new(6);
    let mut client = program.client();
    client.send("/layer/[2-4]/opacity", vec![OscType::Float(0.25)]);
    client.send("/layer/{5,6}/opacity", vec![OscType::Float(0.5)]);
    assert_eq!(
        program.ask(&mut client, "/layer/6/opacity"),
        [OscType::Float(0.5)]
    );
    let opacities: Vec<_> = (1..=6).map(|layer| program.opacity(layer)).collect();
    assert_eq!(opacities, [1.0, 0.25, 0.25, 0.25, 0.5, 0.5]);
    client.send("//opacity", Vec::new());
    program.until(&mut client, "the last", |message| {
        (message.addr == "/layer/6/opacity").then_some(())
    });
    assert_eq!(client.heard.len(), 5, "the others: {:?}", client.heard);
}

#[test]
fn a_bundle_is_carried_out_at_its_time_and_not_before() {
    let mut program = Program::new(1);
    let mut client = program.client();
    let due = SystemTime::now() + Duration::from_millis(150);
    let fade = message("/layer/1/opacity", vec![OscType::Float(0.5)]);
    client.send_all(vec![fade.clone()], Some(due));
    let clock = Clock::system();
    while program.opacity(1) == 1.0 {
        program.ask(&mut client, "/layer/1/hue");
        assert!(clock.now() < PATIENCE, "it is never carried out");
    }
    assert!(SystemTime::now() >= due, "too early");
    // One that is past, and one that says at once.
    let past = message("/layer/1/opacity", vec![OscType::Float(0.25)]);
    client.send_all(vec![past], Some(SystemTime::now() - Duration::from_mins(1)));
    assert_eq!(
        program.ask(&mut client, "/layer/1/opacity"),
        [OscType::Float(0.25)]
    );
    client.send_all(
        vec![fade, message("/layer/1/hue", vec![OscType::Int(9)])],
        None,
    );
    assert_eq!(
        program.ask(&mut client, "/layer/1/hue"),
        [OscType::Float(9.0)]
    );
    assert_eq!(program.opacity(1), 0.5);
}

#[test]
fn what_is_wrong_changes_nothing_and_is_told_once_each() {
    let mut program = Program::new(1);
    let mut client = program.client();
    let before = program.controller.project().clone();
    for (address, args) in [
        ("/layer/1/opacity", vec![OscType::Float(f32::NAN)]),
        ("/layer/1/opacity", vec![text("half")]),
        ("/layer/1/opacity", vec![OscType::Float(1.5)]),
        ("/layer/1/opacity", vec![OscType::Blob(vec![1])]),
        ("/layer/1/opacity", vec![OscType::Int(1); 2]),
        ("/layer/7/opacity", vec![OscType::Int(1)]),
        ("/layer/7/opacity", vec![]),
        ("/no/such/thing", vec![OscType::Int(1)]),
        ("/no/such/*", vec![OscType::Int(1)]),
        ("/layer/[/opacity", vec![OscType::Int(1)]),
        ("/project/duration", vec![OscType::Int(1)]),
        ("/transport/step", vec![text("far")]),
    ] {
        let reason = program.refusal(&mut client, address, args);
        assert!(!reason.is_empty(), "{address}");
    }
    // What there is to tell comes with a later tick than the refusals themselves.
    program.ask(&mut client, "/transport/speed");
    let told = program.last_message();
    for _ in 0..50 {
        program.refusal(&mut client, "/no/such/thing", Vec::new());
    }
    program.ask(&mut client, "/transport/speed");
    assert_eq!(program.last_message(), told, "once is enough");
    client
        .socket
        .send_to(b"garbage", program.address)
        .expect("sent");
    program.until(&mut client, "a refusal", |message| {
        (message.addr == "/error").then_some(())
    });
    assert_eq!(*program.controller.project(), before);
}

#[test]
fn changes_are_heard_by_subscribers_and_targets_and_not_by_who_made_them() {
    let target = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    target
        .set_read_timeout(Some(Duration::from_millis(2)))
        .expect("set");
    let mut program = Program::with_targets(2, vec![target.local_addr().expect("bound")]);
    let mut target = Client {
        socket: target,
        program: program.address,
        heard: Vec::new(),
    };
    let mut one = program.client();
    let mut other = program.client();
    for client in [&one, &other] {
        client.send("/subscribe", Vec::new());
    }
    one.send("/layer/Layer%201/opacity", vec![OscType::Float(0.5)]);
    let opacity =
        |message: &OscMessage| (message.addr == "/layer/1/opacity").then(|| message.args.clone());
    assert_eq!(
        program.until(&mut other, "a change", opacity),
        [OscType::Float(0.5)]
    );
    assert_eq!(
        program.until(&mut target, "a change", opacity),
        [OscType::Float(0.5)]
    );
    // What is put on a frame is another value than was sent.
    one.send("/transport/loop/start", vec![OscType::Float(0.501)]);
    let put = program.until(&mut one, "what became of it", |message| {
        (message.addr == "/transport/loop/start").then(|| message.args.clone())
    });
    assert_eq!(put, [OscType::Float(0.5)]);
    assert!(
        one.heard
            .iter()
            .all(|message| message.addr != "/layer/1/opacity"),
        "{:?}",
        one.heard
    );
    // A change by hand is heard by all.
    program
        .controller
        .execute(Command::Edit(HistoryCommand::Undo));
    program
        .controller
        .execute(Command::Edit(HistoryCommand::Undo));
    for client in [&mut one, &mut other, &mut target] {
        assert_eq!(
            program.until(client, "the undo", opacity),
            [OscType::Float(1.0)]
        );
    }
}

#[test]
fn a_stream_of_values_is_one_step_and_an_action_is_carried_out() {
    let mut program = Program::new(2);
    let mut client = program.client();
    for value in 0..50 {
        let value = OscType::Float(value as f32 / 50.0);
        client.send("/layer/1/opacity", vec![value.clone()]);
        client.send("/layer/2/opacity", vec![value]);
        program.ask(&mut client, "/layer/1/hue");
    }
    assert_eq!(
        program.ask(&mut client, "/layer/1/opacity"),
        [OscType::Float(0.98)]
    );
    program.hand.advance(Time::from_seconds(2));
    program.controller.tick();
    let steps = program.controller.status().program.steps.done.len();
    assert_eq!(steps, 2, "one for each path");
    client.send("/edit/undo", Vec::new());
    client.send("/edit/undo", Vec::new());
    assert_eq!(
        program.ask(&mut client, "/layer/1/opacity"),
        [OscType::Float(1.0)]
    );
    client.send("/transport/play", vec![OscType::Float(1.0)]);
    assert_eq!(
        program.ask(&mut client, "/transport/playing"),
        [OscType::Int(1)]
    );
    client.send("/transport/pause", Vec::new());
    assert_eq!(
        program.ask(&mut client, "/transport/playing"),
        [OscType::Int(0)]
    );
}

#[test]
fn streams_of_tcp_are_answered_in_their_own_framing() {
    for framing in [Framing::Slip, Framing::Sized] {
        let mut program = Program::new(1);
        let mut stream = TcpStream::connect(program.address).expect("connects");
        stream
            .set_read_timeout(Some(Duration::from_millis(2)))
            .expect("set");
        let mut bytes = Vec::new();
        for (address, args) in [
            ("/subscribe", Vec::new()),
            ("/layer/1/opacity", vec![OscType::Float(0.5)]),
            ("/layer/1/opacity", Vec::new()),
        ] {
            let packet = packet::encode(vec![message(address, args)], None).expect("encodes");
            framing::write(&packet, framing, &mut bytes);
        }
        stream.write_all(&bytes).expect("sent");
        let mut reader = FrameReader::default();
        let mut heard = Vec::new();
        let clock = Clock::system();
        while heard.is_empty() {
            program.controller.tick();
            let mut bytes = [0; 1024];
            if let Ok(count) = stream.read(&mut bytes) {
                let each = |packet: &[u8]| heard.extend(packet::decode(packet).expect("good"));
                reader.read(&bytes[..count], each).expect("small");
            }
            assert!(clock.now() < PATIENCE, "no answer");
        }
        assert_eq!(reader.framing(), framing);
        assert_eq!(
            heard[0].message,
            message("/layer/1/opacity", vec![OscType::Float(0.5)])
        );
    }
}

#[test]
fn the_prebuffer_answers_to_its_name_and_says_how_it_does() {
    let mut program = Program::new(2);
    let mut client = program.client();
    client.send("/videocomposer/hap/prebuffer/size", vec![OscType::Int(8)]);
    let size = program.ask(&mut client, "/videocomposer/hap/prebuffer/size");
    assert_eq!(size, [text("8")]);
    assert_eq!(
        program.controller.status().prebuffer,
        PrebufferDepth::Frames(8)
    );
    let stats = program.ask(&mut client, "/videocomposer/hap/prebuffer/stats");
    assert_eq!(stats.len(), 6, "a hit rate and five latencies: {stats:?}");
    let args = vec![OscType::Float(10.0), OscType::Float(-20.0)];
    client.send("/videocomposer/layer/2/position", args.clone());
    let position = program.ask(&mut client, "/videocomposer/layer/2/position");
    assert_eq!(position, args);
    client.send("/jadeo/cmd", vec![text("seek 30")]);
    assert_eq!(program.ask(&mut client, "/jadeo/seek"), [OscType::Int(30)]);
    client.send("/jadeo/quit", Vec::new());
    let clock = Clock::system();
    while !program.controller.is_close_granted() {
        program.controller.tick();
        assert!(clock.now() < PATIENCE, "it does not end");
    }
}

#[test]
fn a_port_that_is_taken_is_told_and_the_program_runs() {
    let taken = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let fixed = Some(OscSettings {
        is_on: true,
        port: taken.local_addr().expect("bound").port(),
        ..OscSettings::default()
    });
    let options = ControllerOptions {
        remotes: vec![Osc::starter(OscOptions { fixed })],
        ..ControllerOptions::headless(Project::default(), EngineOptions::default())
    };
    let mut controller = Controller::new(options, None, Arc::new(|| {})).expect("it starts");
    controller.tick();
    controller.tick();
    let messages = &controller.status().messages;
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(messages[0].text.contains("cannot listen"), "{messages:?}");
}

#[test]
fn ten_thousand_messages_a_second_cost_six_layers_no_frame_and_no_last_value() {
    const FRAMES: i64 = 60;
    const PER_FRAME: usize = 10_000 / 60 + 1;
    let mut cards = Cards::new();
    let media = cards.add(60, 20);
    let project = cards.project(vec![vec![clip(media, 0, 600)]; 6]);
    let mut program = Program::of(project, Vec::new());
    let mut client = program.client();
    program.settle();
    client.send("/transport/play", Vec::new());
    client.send("/report/reset", Vec::new());
    let mut last = BTreeMap::new();
    let words = ["opacity", "hue", "scale-x", "crop-left"];
    for number in 0..FRAMES as usize * PER_FRAME {
        let value = (number % 997) as f32 / 997.0;
        let path = format!(
            "/layer/{}/{}",
            number % 6 + 1,
            words[number / 6 % words.len()]
        );
        client.send(&path, vec![OscType::Float(value)]);
        last.insert(path, value);
        if number % PER_FRAME == PER_FRAME - 1 {
            // Its answer comes after all that was sent before it.
            program.ask(&mut client, "/transport/speed");
            program.hand.advance(at(1));
            program.settle();
        }
    }
    for (path, value) in last {
        assert_eq!(
            program.ask(&mut client, &path),
            [OscType::Float(value)],
            "{path}"
        );
    }
    let totals = program.controller.status().snapshot.totals;
    assert!(
        totals.due >= 6 * (FRAMES as u64 - 1),
        "they play: {totals:?}"
    );
    assert_eq!(totals.lost(), 0, "{totals:?}");
    let steps = program.controller.status().program.steps.done.len();
    assert!(
        steps <= 6 * words.len(),
        "one step for each path at most: {steps}"
    );
}
