//! What the client sends, without what is no message.
//!
//! The protocol's library stops reading at the first thing that it can't read, and so would the server. Here
//! such a thing is logged and passed over: the next `Content-Length` starts the next message.

use serde::de::IgnoredAny;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::sync::mpsc::UnboundedSender;
use tower_lsp_server::jsonrpc::{Request, Response};

use super::event::Event;

/// No message is longer, in bytes: a larger number is garbage, and no reason to allocate as much.
const MAX_LENGTH: usize = 256 * 1024 * 1024;

/// No line of a header is longer, in bytes.
const MAX_LINE: u64 = 8 * 1024;

/// Passes messages on until the client is gone, and then tells the state, so that nobody waits any more.
pub(super) async fn pass_on(
    from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    events: UnboundedSender<Event>,
) {
    let mut from = BufReader::new(from);
    while let Ok(Some(body)) = next(&mut from).await {
        if !is_message(&body) {
            tracing::error!("passed over what is no message: {}", shown(&body));
            continue;
        }
        let head = format!("Content-Length: {}\r\n\r\n", body.len());
        let sent = async { to.write_all(head.as_bytes()).await.and(to.write_all(&body).await) }.await;
        if sent.is_err() {
            break;
        }
    }
    // The state may have stopped already.
    let _ = events.send(Event::Stop);
}

/// The body of the next message; `None` at the end.
async fn next(from: &mut (impl AsyncBufRead + Unpin)) -> std::io::Result<Option<Vec<u8>>> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if from.take(MAX_LINE).read_until(b'\n', &mut line).await? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        match (line.trim(), length) {
            ("", Some(length)) => {
                let mut body = vec![0; length];
                from.read_exact(&mut body).await?;
                return Ok(Some(body));
            }
            ("", None) => {}
            (line, _) => length = content_length(line).or(length),
        }
    }
}

/// The length that a line of the header gives. Behind a body that was longer than it said, the header does
/// not start its line.
fn content_length(line: &str) -> Option<usize> {
    const NAME: &str = "content-length:";
    let at = line.to_ascii_lowercase().find(NAME)?;
    let length = line.get(at + NAME.len()..)?.trim().parse().ok();
    length.filter(|it| *it <= MAX_LENGTH)
}

fn is_message(body: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(body).is_ok()
        && (serde_json::from_slice::<Request>(body).is_ok() || serde_json::from_slice::<Response>(body).is_ok())
}

/// The start of what came.
fn shown(body: &[u8]) -> String {
    String::from_utf8_lossy(&body[..body.len().min(200)]).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn passed(input: &[u8]) -> Vec<String> {
        let mut from = BufReader::new(input);
        let mut res = Vec::new();
        while let Ok(Some(body)) = next(&mut from).await {
            if is_message(&body) {
                res.push(String::from_utf8(body).unwrap());
            }
        }
        res
    }

    #[tokio::test]
    async fn messages_come_through_garbage() {
        let message = r#"{"jsonrpc":"2.0","method":"a"}"#;
        let framed = format!("Content-Length: {}\r\nContent-Type: x\r\n\r\n{message}", message.len());
        for garbage in [
            &b""[..],
            b"hello\r\n\r\n",
            b"Content-Length: x\r\n\r\n",
            b"Content-Length: 99999999999\r\n\r\n",
            b"Content-Length: 2\r\n\r\n[]",
            b"Content-Length: 2\r\n\r\n{}}",
            b"Content-Length: 4\r\n\r\n\xff\xfe\x00\n",
            b"\xff\xfe\x00{}\n",
        ] {
            let input = [garbage, framed.as_bytes(), garbage, framed.as_bytes()].concat();
            assert_eq!(passed(&input).await, [message, message], "{garbage:?}");
        }
    }

    #[tokio::test]
    async fn half_a_message_is_none() {
        assert!(passed(b"Content-Length: 10\r\n\r\n{").await.is_empty());
    }
}
