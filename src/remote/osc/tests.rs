//! What messages ask for and what is answered, without sockets.

use std::time::SystemTime;

use proptest::prelude::*;
use rosc::{OscMessage, OscType};

use super::inbox::{Inbox, Request, What};
use super::outbox::{Outbox, Outcome, TreeState};
use super::packet;
use super::peer::Peer;
use super::session::{ERROR, SUBSCRIBE, Session};
use crate::command::tree::{self, ParameterPath};
use crate::project::{Layer, LayerId, Project};
use crate::status::Status;
use crate::time::Time;

const FROM: Peer = Peer::Tcp(1);
const OTHER: Peer = Peer::Tcp(2);

fn status(opacity: f32) -> Status {
    let mut layer = Layer::new(LayerId(1), "One".to_owned(), 0);
    layer.opacity = opacity;
    let mut project = Project::default();
    project.layers.push(layer);
    Status {
        project: project.into(),
        ..Status::default()
    }
}

fn session() -> Session {
    let mut session = Session::default();
    session.publish(outbox(&status(1.0), Vec::new()), Time::ZERO);
    session
}

fn outbox(status: &Status, outcomes: Vec<Outcome>) -> Outbox {
    Outbox {
        state: Some(TreeState::of(status)),
        outcomes,
        ..Outbox::default()
    }
}

fn say(session: &mut Session, from: Peer, addr: &str, args: Vec<OscType>) {
    let addr = addr.to_owned();
    session.take(OscMessage { addr, args }, from, Time::ZERO);
}

fn set_opacity(value: &str) -> Outcome {
    Outcome {
        from: FROM,
        address: "/layer/1/opacity".to_owned(),
        path: "/layer/One/opacity".parse().expect("a path"),
        value: value.to_owned(),
        error: None,
    }
}

fn told(session: &mut Session) -> Vec<(Peer, String, OscType)> {
    let replies = session.replies.drain(..);
    let told = replies.map(|(to, message)| (to, message.addr, message.args[0].clone()));
    told.collect()
}

#[test]
fn a_change_is_told_to_all_but_its_sender_who_hears_what_became_of_it() {
    let mut session = session();
    for peer in [FROM, OTHER] {
        say(&mut session, peer, SUBSCRIBE, Vec::new());
    }
    let path = "/layer/1/opacity".to_owned();
    session.publish(outbox(&status(0.5), vec![set_opacity("0.5")]), Time::ZERO);
    let half = OscType::Float(0.5);
    assert_eq!(told(&mut session), [(OTHER, path.clone(), half.clone())]);
    // Another value than the one that was sent, though it is what was there before.
    session.publish(outbox(&status(0.5), vec![set_opacity("0.7")]), Time::ZERO);
    let both = [FROM, OTHER].map(|peer| (peer, path.clone(), half.clone()));
    assert_eq!(told(&mut session), both);
    session.publish(outbox(&status(0.5), Vec::new()), Time::ZERO);
    assert_eq!(told(&mut session), [], "nothing changed");
}

#[test]
fn who_subscribes_with_a_pattern_hears_of_what_matches() {
    let mut session = session();
    let pattern = |text: &str| vec![OscType::String(text.to_owned())];
    say(&mut session, FROM, SUBSCRIBE, pattern("//hue"));
    say(&mut session, OTHER, SUBSCRIBE, pattern("/layer/*/opacity"));
    session.publish(outbox(&status(0.25), Vec::new()), Time::ZERO);
    let told = told(&mut session);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].0, OTHER);
}

#[test]
fn an_unknown_address_is_told_once_and_answered_each_time() {
    let mut session = session();
    for _ in 0..100 {
        say(&mut session, FROM, "/no such thing", Vec::new());
    }
    assert_eq!(session.lines.len(), 1, "{:?}", session.lines);
    assert_eq!(session.replies.len(), 100);
    assert!(
        session
            .replies
            .iter()
            .all(|(_, message)| message.addr == ERROR)
    );
    session.replies.clear();
    say(&mut session, FROM, ERROR, Vec::new());
    assert!(session.replies.is_empty(), "refusals are not answered");
}

#[test]
fn patterns_reach_parameters_and_an_action_if_it_is_the_only_match() {
    let mut session = session();
    let half = vec![OscType::Float(0.5)];
    say(&mut session, FROM, "/layer/*/{opacity,hue}", half);
    assert_eq!(session.take_requests().len(), 2);
    say(&mut session, FROM, "/transport/pl?y", Vec::new());
    let requests = session.take_requests();
    assert!(
        matches!(
            requests[..],
            [Request {
                what: What::Do(_),
                ..
            }]
        ),
        "{requests:?}"
    );
    say(&mut session, FROM, "/file/*", Vec::new());
    assert_eq!(session.take_requests().len(), 0, "it quits nothing");
}

#[test]
fn a_packet_of_patterns_and_questions_leads_to_no_more_than_there_is_room_for() {
    let mut session = session();
    let all = |addr: &str, args: Vec<OscType>| {
        let addr = addr.to_owned();
        vec![OscMessage { addr, args }; 1000]
    };
    for _ in 0..50 {
        for messages in [
            all("//", Vec::new()),
            all("/list", Vec::new()),
            all("/wrong", Vec::new()),
        ] {
            let bytes = packet::encode(messages, None).expect("encodes");
            session.receive(&bytes, FROM, Time::ZERO, SystemTime::UNIX_EPOCH);
        }
    }
    let mut inbox = Inbox::default();
    session.hand_over(&mut inbox);
    let questions: Vec<_> = std::iter::from_fn(|| inbox.pop()).collect();
    assert!(questions.len() < 10_000, "{}", questions.len());
    let questions = questions.into_iter().take(200).collect();
    let outbox = Outbox {
        questions,
        ..outbox(&status(1.0), Vec::new())
    };
    session.publish(outbox, Time::ZERO);
    assert!(session.replies.len() <= 32_768, "{}", session.replies.len());
    assert!(session.lines.len() < 10, "{:?}", session.lines);
}

fn any_argument() -> impl Strategy<Value = OscType> {
    prop_oneof![
        any::<i32>().prop_map(OscType::Int),
        any::<f32>().prop_map(OscType::Float),
        any::<f64>().prop_map(OscType::Double),
        any::<bool>().prop_map(OscType::Bool),
        "[?a-z*/]{0,6}".prop_map(OscType::String),
        Just(OscType::Nil),
        Just(OscType::Inf),
        Just(OscType::Blob(vec![1, 2, 3])),
    ]
}

proptest! {
    #[test]
    fn any_message_is_taken_or_refused(
        address in "/(layer|transport|settings|jadeo|videocomposer|subscribe|list|\\PC)(/(1|One|opacity|play|prebuffer|cmd|[*?\\[\\]{},!a-]{0,5}|\\PC{0,3})){0,3}",
        args in prop::collection::vec(any_argument(), 0..4),
    ) {
        let mut session = session();
        say(&mut session, FROM, &address, args);
        let questions = session.take_requests();
        let outbox = Outbox { questions, ..outbox(&status(0.1), Vec::new()) };
        session.publish(outbox, Time::ZERO);
    }

    #[test]
    fn any_packet_is_taken_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut session = session();
        session.receive(&bytes, FROM, Time::ZERO, SystemTime::UNIX_EPOCH);
        prop_assert!(session.replies.len() <= 1);
    }
}

#[test]
fn settings_that_were_refused_are_answered_with_the_reason() {
    let mut session = session();
    let path: ParameterPath = "/layer/9/opacity".parse().expect("a path");
    let error = tree::read(&TreeState::of(&status(1.0)).context(), &path).err();
    let outcome = Outcome {
        path,
        error,
        ..set_opacity("0.5")
    };
    session.publish(outbox(&status(1.0), vec![outcome; 3]), Time::ZERO);
    assert_eq!(session.replies.len(), 3);
    assert_eq!(session.lines.len(), 1);
}
