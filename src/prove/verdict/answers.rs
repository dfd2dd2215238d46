//! Comparing answers, less what differs between two starts of one image.

use super::super::mask::{masked, visible};
use super::super::{Answer, Built, End, Start};
use super::{Outcome, Verdict, not_proved, proved, worse};

/// Whether the first answer is none that tells of a fault.
pub(super) fn is_content(answers: &[Option<Answer>]) -> bool {
    answers.iter().flatten().next().is_some_and(|it| it.status < 400)
}

fn answers_of(start: &Start) -> &[Option<Answer>] {
    match &start.end {
        End::Answers { answers, .. } => answers,
        _ => &[],
    }
}

fn port_of(start: &Start) -> Option<u16> {
    if let End::Answers { port, .. } = start.end { Some(port) } else { None }
}

/// The verdict where both answer.
pub(super) fn compare(before: &Built, after: &Start, paths: &[String]) -> Verdict {
    if let (Some(was), Some(is)) = (port_of(&before.start), port_of(after))
        && was != is
    {
        return worse(format!("it answers on port {is} where it answered on {was}"));
    }
    let again = before.again.as_ref().map(answers_of).unwrap_or_default();
    let mut notes = Vec::new();
    let mut found = Vec::new();
    for (at, path) in paths.iter().enumerate() {
        let of = |answers: &[Option<Answer>]| answers.get(at).cloned().flatten();
        let triple =
            Three { path, before: of(answers_of(&before.start)), again: of(again), after: of(answers_of(after)) };
        found.push(triple.verdict(&mut notes));
    }
    let worst = found.into_iter().max_by_key(|it| it.outcome);
    let res = worst.filter(|it| it.outcome != Outcome::Proved);
    Verdict { notes, ..res.unwrap_or_else(|| proved(format!("both build, and answer the same at {}", listed(paths)))) }
}

fn listed(paths: &[String]) -> String {
    paths.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ")
}

/// The answers to one question.
struct Three<'a> {
    path: &'a str,
    before: Option<Answer>,
    again: Option<Answer>,
    after: Option<Answer>,
}

impl Three<'_> {
    fn verdict(&self, notes: &mut Vec<String>) -> Verdict {
        let path = self.path;
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => self.both(before, after, notes),
            (Some(_), None) => worse(format!("nobody answers at `{path}` any more")),
            (None, _) => {
                notes.push(format!("nobody answered at `{path}` before the fix"));
                proved("")
            }
        }
    }

    fn both(&self, before: &Answer, after: &Answer, notes: &mut Vec<String>) -> Verdict {
        let (path, was, is) = (self.path, before.status, after.status);
        if was != is && self.again.as_ref().is_none_or(|it| it.status == was) {
            return match (was, is) {
                (500.., ..500) => not_proved(format!("`{path}` is HTTP {is} where it was {was}: it may be mended")),
                _ => worse(format!("`{path}` is HTTP {is} where it was {was}")),
            };
        }
        if is >= 500 {
            return not_proved(format!("`{path}` is HTTP {is} before and after alike; {}", super::WAY_OUT));
        }
        self.header(before, after, notes).or_else(|| self.body(before, after, notes)).unwrap_or_else(|| proved(""))
    }

    /// A header that is lost or another one.
    fn header(&self, before: &Answer, after: &Answer, notes: &mut Vec<String>) -> Option<Verdict> {
        let path = self.path;
        let is_steady =
            |name: &String| self.again.as_ref().is_none_or(|it| it.headers.get(name) == before.headers.get(name));
        for (name, was) in before.headers.iter().filter(|it| is_steady(it.0)) {
            match after.headers.get(name) {
                None if is_of_caches(name, was) => notes.push(format!("`{path}` comes without `{name}: {was}`")),
                None => return Some(worse(format!("`{path}` comes without `{name}: {was}`"))),
                Some(is) if essence(name, is) != essence(name, was) && is_of_caches(name, was) => {
                    notes.push(format!("`{path}` comes with `{name}: {is}` where that was `{was}`"));
                }
                Some(is) if essence(name, is) != essence(name, was) => {
                    return Some(worse(format!("`{path}` comes with `{name}: {is}` where that was `{was}`")));
                }
                Some(_) => {}
            }
        }
        let new = after.headers.iter().filter(|it| !before.headers.contains_key(it.0));
        notes.extend(new.map(|(name, is)| format!("`{path}` comes with `{name}: {is}`, which is new")));
        None
    }

    /// Another body.
    fn body(&self, before: &Answer, after: &Answer, notes: &mut Vec<String>) -> Option<Verdict> {
        let path = self.path;
        if before.body == after.body {
            return None;
        }
        let text = |it: &Answer| masked(&String::from_utf8_lossy(&it.body));
        let was = text(before);
        if self.again.as_ref().is_some_and(|it| text(it) != was) {
            notes.push(format!("what `{path}` says differs from start to start, and is not compared"));
            return None;
        }
        if was == text(after) {
            notes.push(format!("`{path}` says the same but for numbers and hashes"));
            return None;
        }
        if is_page(before) && is_page(after) && page(before) == page(after) {
            notes.push(format!("`{path}` is the same page with other scripts"));
            return None;
        }
        if after.status >= 400 {
            notes.push(format!("the error page at `{path}` is another one, as `NODE_ENV=production` may have it"));
            return None;
        }
        Some(worse(format!("`{path}` says something else{}", first_difference(&was, &text(after)))))
    }
}

/// Whether a header is for caches alone, and keeps nothing secret: another server has others, and says the same.
fn is_of_caches(name: &str, was: &str) -> bool {
    let is_secret = ["no-store", "private"].iter().any(|it| was.contains(it));
    matches!(name, "cache-control" | "content-encoding") && !is_secret
}

/// What counts of a header: of a type not how its letters are encoded.
fn essence(name: &str, value: &str) -> String {
    let value = if name == "content-type" { value.split(';').next().unwrap_or_default() } else { value };
    masked(value.trim())
}

fn is_page(it: &Answer) -> bool {
    it.headers.get("content-type").is_some_and(|it| it.starts_with("text/html"))
}

fn page(it: &Answer) -> String {
    visible(&String::from_utf8_lossy(&it.body))
}

/// The first line in which two texts differ, where they are short enough to be shown.
fn first_difference(was: &str, is: &str) -> String {
    const MAX: usize = 80;
    let pair = was.lines().zip(is.lines()).find(|it| it.0 != it.1);
    let cut = |it: &str| it.trim().chars().take(MAX).collect::<String>();
    pair.map(|(was, is)| format!(": `{}` where it was `{}`", cut(is), cut(was))).unwrap_or_default()
}
