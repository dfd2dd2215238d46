//! One question over HTTP, as a browser asks it, and what comes back.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// As much of a body is compared, in bytes.
const MAX_BODY: usize = 4 << 20;
const CONNECT: Duration = Duration::from_secs(1);
const WHOLE: Duration = Duration::from_secs(10);

/// An answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// 200
    pub status: u16,
    /// Those that matter, with small letters; of cookies the names.
    pub headers: BTreeMap<String, String>,
    /// At most 4 MiB of it.
    pub body: Vec<u8>,
}

/// What somebody on the other side notices. Dates, lengths and tags follow from the body or from the clock.
const HEADERS: &[&str] = &[
    "access-control-allow-origin",
    "allow",
    "cache-control",
    "content-encoding",
    "content-language",
    "content-security-policy",
    "content-type",
    "cross-origin-embedder-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "location",
    "permissions-policy",
    "referrer-policy",
    "strict-transport-security",
    "vary",
    "www-authenticate",
    "x-content-type-options",
    "x-frame-options",
];

/// Asks this machine's `port` for `path`; `None` where nobody answers in HTTP.
pub(super) fn ask(port: u16, path: &str) -> Option<Answer> {
    let hosts = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
    hosts.into_iter().find_map(|it| ask_at(SocketAddr::new(it, port), path))
}

/// Whether anybody takes connections there.
pub(super) fn is_taken(port: u16) -> bool {
    TcpStream::connect_timeout(&SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port), CONNECT).is_ok()
}

fn ask_at(address: SocketAddr, path: &str) -> Option<Answer> {
    let mut stream = TcpStream::connect_timeout(&address, CONNECT).ok()?;
    stream.set_read_timeout(Some(CONNECT)).ok()?;
    let port = address.port();
    let question = format!(
        "GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: text/html,*/*\r\nUser-Agent: nodestage\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(question.as_bytes()).ok()?;
    parse(&received(&mut stream))
}

/// All that comes until the other side is done, or takes too long.
fn received(stream: &mut TcpStream) -> Vec<u8> {
    let (start, mut res, mut buffer) = (Instant::now(), Vec::new(), [0; 16 << 10]);
    while start.elapsed() < WHOLE && res.len() < MAX_BODY && !is_whole(&res) {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => res.extend_from_slice(&buffer[..n]),
            Err(it) if matches!(it.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {}
            Err(_) => break,
        }
    }
    res
}

/// Whether it says where it ends, and has ended: not everybody closes the connection.
fn is_whole(bytes: &[u8]) -> bool {
    let Some((head, headers)) = head(bytes) else { return false };
    let rest = &bytes[head.1..];
    match headers.iter().find(|it| it.0 == "content-length").and_then(|it| it.1.parse::<usize>().ok()) {
        Some(length) => rest.len() >= length,
        None => is_chunked(&headers) && rest.ends_with(b"0\r\n\r\n"),
    }
}

type Headers = Vec<(String, String)>;

/// The status, where the body begins, and all headers.
fn head(bytes: &[u8]) -> Option<((u16, usize), Headers)> {
    let mut headers = [httparse::EMPTY_HEADER; 128];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(end) = response.parse(bytes).ok()? else { return None };
    let text = |it: &[u8]| String::from_utf8_lossy(it).trim().to_owned();
    let all = response.headers.iter().map(|it| (it.name.to_ascii_lowercase(), text(it.value))).collect();
    Some(((response.code?, end), all))
}

fn parse(bytes: &[u8]) -> Option<Answer> {
    let ((status, end), all) = head(bytes)?;
    let body = if is_chunked(&all) { unchunked(&bytes[end..]) } else { bytes[end..].to_vec() };
    let mut headers: BTreeMap<String, String> =
        all.iter().filter(|it| HEADERS.contains(&it.0.as_str())).cloned().collect();
    let cookies = all.iter().filter(|it| it.0 == "set-cookie").filter_map(|it| it.1.split('=').next());
    let mut cookies: Vec<&str> = cookies.collect();
    cookies.sort_unstable();
    if !cookies.is_empty() {
        headers.insert("set-cookie".to_owned(), cookies.join(", "));
    }
    Some(Answer { status, headers, body })
}

fn is_chunked(headers: &Headers) -> bool {
    headers.iter().any(|it| it.0 == "transfer-encoding" && it.1.to_ascii_lowercase().ends_with("chunked"))
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut res = Vec::new();
    while let Ok(httparse::Status::Complete((start, length))) = httparse::parse_chunk_size(rest) {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let chunk = &rest[start..];
        if length == 0 || chunk.is_empty() {
            break;
        }
        res.extend_from_slice(&chunk[..length.min(chunk.len())]);
        rest = chunk.get(length.saturating_add(2)..).unwrap_or_default();
    }
    res
}

#[cfg(test)]
mod tests {
    use super::{is_whole, parse};

    #[test]
    fn an_answer_is_read() {
        let bytes = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nDate: now\r\nSet-Cookie: b=1; Path=/\r\nSet-Cookie: a=2\r\n\r\nhello";
        let answer = parse(bytes).unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (200, b"hello".as_slice()));
        let headers: Vec<_> = answer.headers.iter().map(|it| (it.0.as_str(), it.1.as_str())).collect();
        assert_eq!(headers, [("content-type", "text/html"), ("set-cookie", "a, b")]);
    }

    #[test]
    fn chunks_are_put_together() {
        let bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6; x=y\r\n world\r\n0\r\n\r\n";
        assert!(is_whole(bytes));
        assert_eq!(parse(bytes).unwrap().body, b"hello world");
        assert_eq!(parse(&bytes[..54]).unwrap().body, b"hell", "as much as came");
    }

    #[test]
    fn what_is_no_http_is_no_answer() {
        for bytes in [b"".as_slice(), b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 200 OK\r\nContent-"] {
            assert_eq!(parse(bytes), None);
        }
    }

    #[test]
    fn the_length_says_when_it_is_whole() {
        let bytes = b"HTTP/1.1 404 Not Found\r\ncontent-length: 3\r\n\r\nabc";
        assert!(is_whole(bytes) && !is_whole(&bytes[..bytes.len() - 1]));
    }
}
