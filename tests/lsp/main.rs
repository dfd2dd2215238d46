//! The language server in memory, against a client that leaves nothing unread.

mod bed;
mod buffer;
mod clients;
mod corpus;
mod features;
mod other_files;
mod parity;
mod positions;
mod settings;
mod sync;
mod troubles;
mod workspace;
