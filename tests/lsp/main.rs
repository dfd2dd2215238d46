//! The language server in memory, against a client that leaves nothing unread.

mod actions;
mod bed;
mod buffer;
mod clients;
mod corpus;
mod deferred;
mod other_files;
mod parity;
mod positions;
mod reading;
mod scene;
mod settings;
mod sync;
mod troubles;
mod workspace;
