//! Tables of what is seen and what is said of it.

use std::time::Duration;

use super::super::{Answer, BuildFailure, Built, End, Ending, FailureKind, Figures, Log, Observation, Start};
use super::{Outcome, compare};
use Outcome::{NotProved, Proved, Worse};

fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
    let headers = headers.iter().map(|it| (it.0.to_owned(), it.1.to_owned())).collect();
    Answer { status, headers, body: body.as_bytes().to_vec() }
}

fn http(status: u16, body: &str) -> Start {
    answering(answer(status, &[("content-type", "text/html")], body))
}

fn answering(answer: Answer) -> Start {
    let ending = Some(Ending { time: Duration::from_millis(100), killed: false });
    Start { end: End::Answers { port: 3000, answers: vec![Some(answer)] }, ending, ..Start::default() }
}

fn silent(log: &str) -> Start {
    let ending = Some(Ending { time: Duration::from_millis(100), killed: false });
    Start { log: Log::new(log), ending, ..Start::default() }
}

fn exit(code: i64, log: &str) -> Start {
    Start { end: End::Exited { code, had_answered: false }, log: Log::new(log), ..Start::default() }
}

fn built(start: Start, again: Option<Start>) -> Observation {
    Observation::Built(Box::new(Built { time: Duration::ZERO, figures: Figures::default(), start, again }))
}

fn failed(kind: FailureKind) -> Observation {
    Observation::Failed(BuildFailure { kind, step: Some("RUN npm ci".to_owned()), lines: Vec::new() })
}

#[track_caller]
fn check(before: &Observation, after: &Observation, outcome: Outcome, reason: &str) {
    let verdict = compare(before, after, &["/".to_owned()]);
    assert_eq!(verdict.outcome, outcome, "{}", verdict.reason);
    assert!(verdict.reason.contains(reason), "`{reason}` is not in `{}`", verdict.reason);
}

#[track_caller]
fn check_starts(before: Start, after: Start, outcome: Outcome, reason: &str) {
    check(&built(before.clone(), Some(before)), &built(after, None), outcome, reason);
}

#[test]
fn builds() {
    let good = || built(http(200, "hi"), None);
    check(&good(), &failed(FailureKind::Own), Worse, "the build fails in `RUN npm ci` after the fix");
    check(&good(), &failed(FailureKind::Network), NotProved, "can't reach the network");
    check(&failed(FailureKind::Own), &failed(FailureKind::Own), NotProved, "before the fix already, the build fails");
    check(&failed(FailureKind::Own), &good(), Proved, "now it builds and answers");
    check(&failed(FailureKind::BaseImage), &built(exit(1, ""), None), NotProved, "nothing to compare with");
}

#[test]
fn ends() {
    check_starts(http(200, "hi"), exit(1, "TypeError: x"), Worse, "it ends with 1 where it stayed up: TypeError: x");
    check_starts(silent(""), exit(0, ""), Worse, "it ends with 0 where it stayed up");
    check_starts(http(200, "hi"), silent(""), Worse, "nobody answers on port 3000");
    check_starts(silent("working"), silent("working"), Proved, "stay up");
    check_starts(silent("connect ECONNREFUSED"), silent("connect ECONNREFUSED"), NotProved, "`--env`");
    check_starts(
        exit(1, "Error: connect ECONNREFUSED"),
        exit(1, "Error: connect ECONNREFUSED"),
        NotProved,
        "alike it ends with 1",
    );
    check_starts(exit(0, "done in 3s"), exit(0, "done in 5s"), Proved, "end with 0");
    check_starts(exit(0, "3 passing"), exit(0, "nothing to do"), NotProved, "print something else");
    check_starts(exit(0, ""), exit(2, "Error: x"), Worse, "it ends with 2 where it ended with 0: Error: x");
    check_starts(exit(1, "Error: x"), http(200, "hi"), Proved, "before the fix: exits with 1; now it answers");
    check_starts(silent(""), http(200, "hi"), Proved, "now it answers");
}

#[test]
fn what_is_lost() {
    let (module, denied) = ("Error: Cannot find module 'x'", "Error: EACCES: permission denied, mkdir");
    check_starts(silent(""), silent(module), Worse, "a module is missing: Error: Cannot find module 'x'");
    check_starts(http(200, "hi"), Start { log: Log::new(denied), ..http(200, "hi") }, Worse, "something is forbidden");
    check_starts(exit(1, module), exit(1, module), NotProved, "alike");
    check_starts(exit(1, "connect ECONNREFUSED"), exit(1, module), Worse, "a module is missing");
    check_starts(silent(""), exit(127, "sh: tsx: not found"), Worse, "a program is missing");
    let figures = Figures { missing: vec!["/app/lazy.js".to_owned()], ..Figures::default() };
    let Observation::Built(after) = built(http(200, "hi"), None) else { return };
    let after = Observation::Built(Box::new(Built { figures, ..*after }));
    check(&built(http(200, "hi"), None), &after, NotProved, "`/app/lazy.js` is not in the image");
}

#[test]
fn answers() {
    check_starts(http(200, "hi"), http(200, "hi"), Proved, "answer the same at `/`");
    check_starts(http(200, "hi"), http(500, "oh"), Worse, "`/` is HTTP 500 where it was 200");
    check_starts(http(500, "oh"), http(200, "hi"), NotProved, "it may be mended");
    check_starts(http(500, "oh"), http(500, "oh"), NotProved, "HTTP 500 before and after alike");
    check_starts(http(404, "Error at /app/x.js"), http(404, "Not Found"), Proved, "");
    check_starts(http(200, "main.3f2a.js"), http(200, "main.99aa.js"), Proved, "");
    check_starts(
        http(200, "<p>Shop</p>"),
        http(200, "<p>Welcome</p>"),
        Worse,
        "`<p>Welcome</p>` where it was `<p>Shop</p>`",
    );
    let other_port =
        Start { end: End::Answers { port: 80, answers: vec![Some(answer(200, &[], "hi"))] }, ..http(200, "") };
    check_starts(http(200, "hi"), other_port, Worse, "on port 80 where it answered on 3000");
}

#[test]
fn headers() {
    let with = |value: &'static str| answering(answer(200, &[("cache-control", value)], "hi"));
    let without = || answering(answer(200, &[], "hi"));
    check_starts(with("no-store"), with("public"), Worse, "`cache-control: public` where that was `no-store`");
    check_starts(with("no-store"), without(), Worse, "comes without `cache-control: no-store`");
    check_starts(with("no-cache"), without(), Proved, "answer the same");
    check_starts(without(), with("no-store"), Proved, "");
    check_starts(with("max-age=10"), with("max-age=20"), Proved, "");
    check(&built(with("a"), Some(with("b"))), &built(with("c"), None), Proved, "");
}

#[test]
fn what_differs_from_start_to_start_is_not_compared() {
    check(&built(http(200, "one"), Some(http(200, "two"))), &built(http(200, "three"), None), Proved, "");
    check(&built(http(200, "at 1:02"), Some(http(200, "at 1:03"))), &built(http(200, "at 1:04"), None), Proved, "");
    check(&built(http(200, "at 1:02"), Some(http(200, "at 1:03"))), &built(http(200, "never"), None), Worse, "");
}

#[test]
fn stops() {
    let killed = Start { ending: Some(Ending { time: Duration::from_secs(10), killed: true }), ..http(200, "hi") };
    check_starts(http(200, "hi"), killed.clone(), Worse, "no longer stops on SIGTERM");
    check_starts(killed.clone(), killed.clone(), Proved, "");
    check_starts(killed, http(200, "hi"), Proved, "");
}

#[test]
fn a_site_that_another_server_serves() {
    let page = |script: &str, kind: &str| {
        let body = format!("<html><head><title>Shop</title>{script}</head><body><div id=\"root\"></div></body></html>");
        answering(answer(200, &[("content-type", kind)], &body))
    };
    let dev = || page("<script src=\"/@vite/client\"></script>", "text/html; charset=utf-8");
    check_starts(dev(), page("<script src=\"/assets/a.js\"></script>", "text/html"), Proved, "answer the same");
    check_starts(dev(), page("<p>Another one</p>", "text/html"), Worse, "says something else");
}
