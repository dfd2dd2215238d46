//! The language server, when its client is gone.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A server whose client is `process`, initialized; we hold the pipe.
fn server(process: u32) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nodestage"));
    let mut server =
        command.arg("lsp").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let message = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"initialize","params":{{"processId":{process},"capabilities":{{}}}}}}"#
    );
    write!(server.stdin.as_mut().unwrap(), "Content-Length: {}\r\n\r\n{message}", message.len()).unwrap();
    let mut answer = [0; 16];
    server.stdout.as_mut().unwrap().read_exact(&mut answer).unwrap();
    server
}

fn ends_within(server: &mut Child, seconds: u64) -> bool {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(seconds) {
        if server.try_wait().unwrap().is_some() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    server.kill().unwrap();
    server.wait().unwrap();
    false
}

#[test]
fn it_ends_with_its_client() {
    let mut client = Command::new("sleep").arg("300").spawn().unwrap();
    let mut server = server(client.id());
    assert!(server.try_wait().unwrap().is_none());
    client.kill().unwrap();
    client.wait().unwrap();
    assert!(ends_within(&mut server, 60));
}

#[test]
fn a_client_of_another_container_says_nothing() {
    let mut client = Command::new("true").spawn().unwrap();
    let gone = client.id();
    client.wait().unwrap();
    assert!(!ends_within(&mut server(gone), 5));
}
