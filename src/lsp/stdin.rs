//! A reader that tells when the client is gone, so that nobody waits for an answer any more.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::mpsc::UnboundedSender;

use super::event::Event;

/// Passes on what it reads, and an event at the end of it.
pub(super) struct UntilEnd<R> {
    from: R,
    events: UnboundedSender<Event>,
}

impl<R> UntilEnd<R> {
    pub(super) fn new(from: R, events: UnboundedSender<Event>) -> Self {
        Self { from, events }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for UntilEnd<R> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let n_before = buffer.filled().len();
        let result = ready!(Pin::new(&mut self.from).poll_read(cx, buffer));
        if result.is_err() || buffer.filled().len() == n_before {
            // The state may have stopped already.
            let _ = self.events.send(Event::Stop);
        }
        Poll::Ready(result)
    }
}
