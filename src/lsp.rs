//! The language server: the engine behind the protocol, for any editor.
//!
//! Reading order: [`position`] (the client's positions and our bytes), `document` and `world` (what there
//! is), `analysis` (what is made of it), `state` (who owns it, and when work is done), `backend` (the
//! protocol's methods); then one module a feature. LSP's types stay in here.
//!
//! Three rules keep the order of things: a method becomes an event before its first `await`; nothing waits
//! for the client but tasks of their own; what is older than the state by the time it is done is dropped.

mod actions;
mod analysis;
mod backend;
mod capabilities;
mod diagnostics;
mod document;
mod edits;
mod event;
mod hints;
mod hover;
mod input;
mod logs;
mod navigation;
mod outbox;
mod outline;
mod parent;
pub mod position;
mod settings;
mod ships;
mod state;
mod suppress;
mod workspace;
mod world;

pub use logs::Logs;

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Notify, mpsc};
use tower_lsp_server::{LspService, Server};

use backend::{Backend, Events};

/// A client may have as many requests in flight; more than that wait unread.
const MAX_CONCURRENCY: usize = 10_000;

/// What is read ahead of the library, in bytes.
const PIPE_SIZE: usize = 64 * 1024;

/// Deep nesting in a file must not end the server.
const STACK_SIZE: usize = 16 * 1024 * 1024;

/// Serves on stdin and stdout until the client is gone. The exit code is 0 after `shutdown` and `exit`,
/// or 1 as the protocol wants it. `level` is the log's; without one the client's settings say it.
///
/// # Errors
/// Where no thread can be started.
pub fn run(level: Option<&str>) -> std::io::Result<ExitCode> {
    let logs = Logs::to_stderr(level);
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().thread_stack_size(STACK_SIZE).build()?;
    let was_shut_down = runtime.block_on(serve(tokio::io::stdin(), tokio::io::stdout(), logs));
    // The thread that reads stdin may never come back.
    runtime.shutdown_background();
    Ok(if was_shut_down { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Serves a client until it is gone, be it that its process ends and something else holds the pipe. Says whether it sent `shutdown` first. It needs a tokio runtime with
/// time.
pub async fn serve<I, O>(input: I, output: O, logs: Logs) -> bool
where
    I: AsyncRead + Unpin + Send + 'static,
    O: AsyncWrite,
{
    let (sender, queue) = mpsc::unbounded_channel();
    let (passed, to) = tokio::io::duplex(PIPE_SIZE);
    tokio::spawn(input::pass_on(input, to, sender.clone()));
    let was_shut_down = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&was_shut_down);
    let orphaned = Arc::new(Notify::new());
    let parent = Arc::clone(&orphaned);
    let (service, socket) = LspService::new(|peer| Backend::start(peer, Events { sender, queue }, logs, flag, parent));
    let server = Server::new(passed, output, socket).concurrency_level(MAX_CONCURRENCY);
    first_of(server.serve(service), orphaned.notified()).await;
    was_shut_down.load(Ordering::Relaxed)
}

async fn first_of(one: impl Future<Output = ()>, other: impl Future<Output = ()>) {
    let (mut one, mut other) = (pin!(one), pin!(other));
    poll_fn(|cx| match one.as_mut().poll(cx) {
        Poll::Pending => other.as_mut().poll(cx),
        ready @ Poll::Ready(()) => ready,
    })
    .await;
}
