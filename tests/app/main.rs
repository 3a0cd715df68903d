//! The whole program behind its window.

mod breakdowns;
#[path = "../support/home.rs"]
mod home;
mod numbers;
mod output;
#[path = "../support/own_process.rs"]
mod own_process;
mod projects;
mod saving;
mod sizes;
mod window;
