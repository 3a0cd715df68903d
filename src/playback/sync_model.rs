//! Stand-ins for what [`sync`](super::sync) names, for the unit tests: each is the program's own or its model.
//!
//! Which of the two is decided where a thing is made, by a mark of the thread that makes it ([`modelled`]). The models are
//! those of `shuttle`, whose scheduler runs all threads of a model on one thread of the system, one at a time.

use std::cell::Cell;
use std::collections::VecDeque;
use std::io;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Instant;

use crossbeam_channel::{RecvTimeoutError, SendError, TryRecvError};
use shuttle::sync::{self as model, atomic};

thread_local! {
    static IS_MODELLED: Cell<bool> = const { Cell::new(false) };
}

/// Runs `body`, in which all that is made here is a model.
pub fn modelled(body: impl FnOnce()) {
    /// Takes the mark away however the body ends.
    struct Unmark;
    impl Drop for Unmark {
        fn drop(&mut self) {
            IS_MODELLED.set(false);
        }
    }
    IS_MODELLED.set(true);
    let _unmark = Unmark;
    body();
}

/// One of the two, as the thread is marked.
fn choose<T>(real: impl FnOnce() -> T, model: impl FnOnce() -> T) -> T {
    if IS_MODELLED.get() { model() } else { real() }
}

/// A lock.
#[derive(Debug)]
pub enum Mutex<T> {
    Real(parking_lot::Mutex<T>),
    Model(model::Mutex<T>),
}

/// A lock that is held.
pub enum MutexGuard<'a, T> {
    Real(parking_lot::MutexGuard<'a, T>),
    /// None only while a condition is waited for.
    Model(Option<model::MutexGuard<'a, T>>),
}

impl<T> Mutex<T> {
    pub fn new(value: T) -> Self {
        if IS_MODELLED.get() {
            Self::Model(model::Mutex::new(value))
        } else {
            Self::Real(parking_lot::Mutex::new(value))
        }
    }

    pub fn lock(&self) -> MutexGuard<'_, T> {
        match self {
            Self::Real(lock) => MutexGuard::Real(lock.lock()),
            // As with the program's locks, a panic of one holder is nothing to the next.
            Self::Model(lock) => {
                MutexGuard::Model(Some(lock.lock().unwrap_or_else(PoisonError::into_inner)))
            }
        }
    }

    pub fn into_inner(self) -> T {
        match self {
            Self::Real(lock) => lock.into_inner(),
            Self::Model(lock) => lock.into_inner().unwrap_or_else(PoisonError::into_inner),
        }
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        match self {
            Self::Real(guard) => guard,
            Self::Model(guard) => guard.as_ref().expect("held"),
        }
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        match self {
            Self::Real(guard) => guard,
            Self::Model(guard) => guard.as_mut().expect("held"),
        }
    }
}

/// A condition to wait for.
#[derive(Debug)]
pub enum Condvar {
    Real(parking_lot::Condvar),
    Model(model::Condvar),
}

impl Condvar {
    pub fn new() -> Self {
        choose(
            || Self::Real(parking_lot::Condvar::new()),
            || Self::Model(model::Condvar::new()),
        )
    }

    pub fn wait<T>(&self, guard: &mut MutexGuard<'_, T>) {
        match (self, guard) {
            (Self::Real(condition), MutexGuard::Real(guard)) => condition.wait(guard),
            (Self::Model(condition), MutexGuard::Model(guard)) => {
                let held = guard.take().expect("held");
                *guard = Some(condition.wait(held).unwrap_or_else(PoisonError::into_inner));
            }
            _ => unreachable!("a lock and its condition are made together"),
        }
    }

    pub fn notify_one(&self) {
        match self {
            Self::Real(condition) => _ = condition.notify_one(),
            Self::Model(condition) => condition.notify_one(),
        }
    }

    pub fn notify_all(&self) {
        match self {
            Self::Real(condition) => _ = condition.notify_all(),
            Self::Model(condition) => condition.notify_all(),
        }
    }
}

/// A lock that several may hold to read.
#[derive(Debug)]
pub enum RwLock<T> {
    Real(parking_lot::RwLock<T>),
    Model(model::RwLock<T>),
}

/// Held to read.
pub enum ReadGuard<'a, T> {
    Real(parking_lot::RwLockReadGuard<'a, T>),
    Model(model::RwLockReadGuard<'a, T>),
}

/// Held to write.
pub enum WriteGuard<'a, T> {
    Real(parking_lot::RwLockWriteGuard<'a, T>),
    Model(model::RwLockWriteGuard<'a, T>),
}

impl<T> RwLock<T> {
    pub fn new(value: T) -> Self {
        if IS_MODELLED.get() {
            Self::Model(model::RwLock::new(value))
        } else {
            Self::Real(parking_lot::RwLock::new(value))
        }
    }

    pub fn read(&self) -> ReadGuard<'_, T> {
        match self {
            Self::Real(lock) => ReadGuard::Real(lock.read()),
            Self::Model(lock) => {
                ReadGuard::Model(lock.read().unwrap_or_else(PoisonError::into_inner))
            }
        }
    }

    pub fn write(&self) -> WriteGuard<'_, T> {
        match self {
            Self::Real(lock) => WriteGuard::Real(lock.write()),
            Self::Model(lock) => {
                WriteGuard::Model(lock.write().unwrap_or_else(PoisonError::into_inner))
            }
        }
    }
}

impl<T: Default> Default for RwLock<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> Deref for ReadGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        match self {
            Self::Real(guard) => guard,
            Self::Model(guard) => guard,
        }
    }
}

impl<T> Deref for WriteGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        match self {
            Self::Real(guard) => guard,
            Self::Model(guard) => guard,
        }
    }
}

impl<T> DerefMut for WriteGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        match self {
            Self::Real(guard) => guard,
            Self::Model(guard) => guard,
        }
    }
}

/// The atomics, each with what is used of it.
macro_rules! atomics {
    ($($name:ident of $value:ty: $($method:ident($($argument:ident),*) -> $result:ty),+;)+) => {$(
        #[derive(Debug)]
        pub enum $name {
            Real(std::sync::atomic::$name),
            Model(atomic::$name),
        }

        impl $name {
            pub fn new(value: $value) -> Self {
                choose(
                    || Self::Real(std::sync::atomic::$name::new(value)),
                    || Self::Model(atomic::$name::new(value)),
                )
            }

            $(pub fn $method(&self, $($argument: $value,)* order: Ordering) -> $result {
                match self {
                    Self::Real(atomic) => atomic.$method($($argument,)* order),
                    Self::Model(atomic) => atomic.$method($($argument,)* order),
                }
            })+
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new(<$value>::default())
            }
        }
    )+};
}

atomics! {
    AtomicBool of bool: load() -> bool, store(value) -> (), swap(value) -> bool;
    AtomicU8 of u8: load() -> u8, store(value) -> ();
    AtomicUsize of usize: load() -> usize, store(value) -> (), fetch_add(value) -> usize;
}

/// A bounded channel. Its model is made of the models above.
pub fn bounded<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    if !IS_MODELLED.get() {
        let (sender, receiver) = crossbeam_channel::bounded(capacity);
        return (Sender::Real(sender), Receiver::Real(receiver));
    }
    let channel = Arc::new(Channel {
        state: Mutex::new(ChannelState {
            waiting: VecDeque::new(),
            senders: 1,
            has_receiver: true,
        }),
        changed: Condvar::new(),
        capacity,
    });
    (
        Sender::Model(ModelSender(Arc::clone(&channel))),
        Receiver::Model(ModelReceiver(channel)),
    )
}

/// State shared by the ends of a channel.
pub struct Channel<T> {
    state: Mutex<ChannelState<T>>,
    changed: Condvar,
    capacity: usize,
}

struct ChannelState<T> {
    waiting: VecDeque<T>,
    senders: usize,
    has_receiver: bool,
}

/// The end of a channel that is put into.
pub enum Sender<T> {
    Real(crossbeam_channel::Sender<T>),
    Model(ModelSender<T>),
}

/// The end of a channel that is taken from.
pub enum Receiver<T> {
    Real(crossbeam_channel::Receiver<T>),
    Model(ModelReceiver<T>),
}

pub struct ModelSender<T>(Arc<Channel<T>>);

pub struct ModelReceiver<T>(Arc<Channel<T>>);

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Real(sender) => Self::Real(sender.clone()),
            Self::Model(ModelSender(channel)) => {
                channel.state.lock().senders += 1;
                Self::Model(ModelSender(Arc::clone(channel)))
            }
        }
    }
}

impl<T> Sender<T> {
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        let channel = match self {
            Self::Real(sender) => return sender.send(value),
            Self::Model(ModelSender(channel)) => channel,
        };
        let mut state = channel.state.lock();
        while state.has_receiver && state.waiting.len() >= channel.capacity {
            channel.changed.wait(&mut state);
        }
        if !state.has_receiver {
            return Err(SendError(value));
        }
        state.waiting.push_back(value);
        drop(state);
        channel.changed.notify_all();
        Ok(())
    }
}

impl<T> Receiver<T> {
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        let channel = match self {
            Self::Real(receiver) => return receiver.try_recv(),
            Self::Model(ModelReceiver(channel)) => channel,
        };
        let mut state = channel.state.lock();
        let Some(value) = state.waiting.pop_front() else {
            return Err(match state.senders {
                0 => TryRecvError::Disconnected,
                _ => TryRecvError::Empty,
            });
        };
        drop(state);
        channel.changed.notify_all();
        Ok(value)
    }

    /// In a model no time passes: it waits for as long as anything can still come.
    pub fn recv_deadline(&self, deadline: Instant) -> Result<T, RecvTimeoutError> {
        let channel = match self {
            Self::Real(receiver) => return receiver.recv_deadline(deadline),
            Self::Model(ModelReceiver(channel)) => channel,
        };
        let mut state = channel.state.lock();
        loop {
            if let Some(value) = state.waiting.pop_front() {
                drop(state);
                channel.changed.notify_all();
                return Ok(value);
            }
            if state.senders == 0 {
                return Err(RecvTimeoutError::Disconnected);
            }
            channel.changed.wait(&mut state);
        }
    }

    pub fn is_empty(&self) -> bool {
        match self {
            Self::Real(receiver) => receiver.is_empty(),
            Self::Model(ModelReceiver(channel)) => channel.state.lock().waiting.is_empty(),
        }
    }
}

impl<T> Drop for ModelSender<T> {
    fn drop(&mut self) {
        self.0.state.lock().senders -= 1;
        self.0.changed.notify_all();
    }
}

impl<T> Drop for ModelReceiver<T> {
    fn drop(&mut self) {
        let mut state = self.0.state.lock();
        state.has_receiver = false;
        let left = std::mem::take(&mut state.waiting);
        drop(state);
        drop(left);
        self.0.changed.notify_all();
    }
}

/// Starts a thread.
pub enum Builder {
    Real(std::thread::Builder),
    Model(shuttle::thread::Builder),
}

/// A thread that was started.
#[derive(Debug)]
pub enum JoinHandle<T> {
    Real(std::thread::JoinHandle<T>),
    /// With whether it has ended, which the model does not tell.
    Model(
        shuttle::thread::JoinHandle<T>,
        Arc<std::sync::atomic::AtomicBool>,
    ),
}

impl Builder {
    pub fn new() -> Self {
        choose(
            || Self::Real(std::thread::Builder::new()),
            || Self::Model(shuttle::thread::Builder::new()),
        )
    }

    pub fn name(self, name: String) -> Self {
        match self {
            Self::Real(builder) => Self::Real(builder.name(name)),
            Self::Model(builder) => Self::Model(builder.name(name)),
        }
    }

    pub fn spawn<T: Send + 'static>(
        self,
        body: impl FnOnce() -> T + Send + 'static,
    ) -> io::Result<JoinHandle<T>> {
        match self {
            Self::Real(builder) => builder.spawn(body).map(JoinHandle::Real),
            Self::Model(builder) => {
                let ended = EndFlag::default();
                let has_ended = Arc::clone(&ended.0);
                let spawned = builder.spawn(move || {
                    let _ended = ended;
                    body()
                });
                spawned.map(|handle| JoinHandle::Model(handle, has_ended))
            }
        }
    }
}

/// Notes the end of a thread when it is dropped, also by a panic.
#[derive(Default)]
struct EndFlag(Arc<std::sync::atomic::AtomicBool>);

impl Drop for EndFlag {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl<T> JoinHandle<T> {
    pub fn join(self) -> std::thread::Result<T> {
        match self {
            Self::Real(handle) => handle.join(),
            Self::Model(handle, _) => handle.join(),
        }
    }

    pub fn is_finished(&self) -> bool {
        match self {
            Self::Real(handle) => handle.is_finished(),
            Self::Model(_, has_ended) => has_ended.load(Ordering::Relaxed),
        }
    }
}
