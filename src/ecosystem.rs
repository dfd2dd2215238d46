//! What is known of Node's tools: how a command line is read, what each package manager makes of its flags, what
//! a program does and which package brings it.
//!
//! This is the only home for such knowledge, and it sees words and versions only: no disk, no project. A command
//! goes through three questions:
//!
//! - `wrappers::unwrap`: which command does this one start? (`env`, `tini --`, `dotenv -- …`, `sh -c`)
//! - [`Invocation::read`]: what is a package manager asked for, and for which package? One file a manager stands
//!   in `managers`.
//! - [`effect`](effect()): what may it do to the app? A program that nobody described here is [`Effect::Unknown`], which
//!   withholds a fix: doubt is the default.
//!
//! [`packages`] has a row for each npm package that does something at run time which imports don't show.

pub(crate) mod absent;
pub(crate) mod arguments;
pub(crate) mod brought;
pub(crate) mod caches;
mod command;
pub(crate) mod detached;
pub(crate) mod dotenv;
mod effect;
pub(crate) mod end_of_life;
pub(crate) mod files;
pub(crate) mod find;
pub(crate) mod frameworks;
pub(crate) mod global_tools;
pub(crate) mod homes;
pub(crate) mod images;
pub(crate) mod latest;
mod manager;
pub(crate) mod managers;
pub(crate) mod manifest;
pub(crate) mod maps;
pub(crate) mod modes;
pub mod native;
pub(crate) mod omit;
pub mod packages;
pub(crate) mod programs;
pub mod releases;
pub mod root_files;
pub(crate) mod runners;
mod scope;
pub(crate) mod secrets;
pub(crate) mod servers;
pub(crate) mod settings;
pub(crate) mod sites;
pub(crate) mod system;
pub(crate) mod tools;
pub(crate) mod watchers;
pub(crate) mod wrappers;

pub use command::{Action, Inside, Invocation, Target, Verb};
pub(crate) use effect::makes_only_packages;
pub use effect::{Effect, effect, effect_of};
pub use manager::Manager;
pub use managers::{FlagUse, Habits, Plugin, Production, Steps, WorkspaceLayout};
pub use scope::Scope;
pub(crate) use scope::{Ask, Flag, Setting};
