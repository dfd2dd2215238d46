//! What an image gives away: tokens, passwords and keys in files, deleted ones too, in variables, in what the history shows.

use super::FindingKind;
use super::gathered::{Found, Gathered};
use super::subject::Subject;
use crate::ecosystem::files::is_environment_file;
use crate::ecosystem::{images, secrets};
use crate::image::Kind;
use crate::paths;

pub(super) fn gather<'a>(subject: &Subject<'a>, gathered: &mut Gathered<'a>) {
    of_files(subject, gathered);
    of_hidden(subject, gathered);
    of_environment(subject, gathered);
    of_history(subject, gathered);
}

fn of_files<'a>(subject: &Subject<'a>, gathered: &mut Gathered<'a>) {
    for entry in subject.tree.entries().filter(|it| it.kind == Kind::File) {
        if subject.base.has(&entry) || entry.path.contains("/node_modules/") {
            continue;
        }
        let is_environment = is_environment_file(&entry.path) && !images::is_of_system(&entry.path);
        let secret = subject.tree.kept(&entry).and_then(|it| told(&entry.path, it));
        let found = match secret {
            Some(message) => Some((FindingKind::Secret, message)),
            None if is_environment => Some((FindingKind::EnvironmentFile, "Variables that belong to where it runs")),
            None => None,
        };
        if let Some((kind, message)) = found {
            let (path, bytes) = (entry.path.as_str(), entry.size);
            let message = &|| message.to_owned();
            gathered.add(&Found { kind, path, place: path, bytes, layer: entry.layer, message });
        }
    }
}

/// What a later layer deletes is in the image all the same.
fn of_hidden<'a>(subject: &Subject<'a>, gathered: &mut Gathered<'a>) {
    for hidden in subject.tree.hidden().filter(|it| !subject.base.has_layer(it.layer)) {
        let secret = subject.tree.kept_hidden(&hidden).and_then(|it| told(&hidden.path, it));
        if let Some(message) = secret.filter(|_| !hidden.path.contains("/node_modules/")) {
            let message = || format!("{message}; a later layer hides it, and who has the image can still read it");
            gathered.add(&Found {
                kind: FindingKind::Secret,
                path: &hidden.path,
                place: &hidden.path,
                bytes: hidden.size,
                layer: Some(hidden.layer),
                message: &message,
            });
        }
    }
}

/// What the content of a file gives away.
fn told(path: &str, content: &[u8]) -> Option<&'static str> {
    let name = paths::file_name(path);
    let text = String::from_utf8_lossy(content);
    if secrets::is_settings(name) {
        return secrets::gives_away(name, &text).then_some("It has a token in it");
    }
    if is_environment_file(path) {
        let is_told = !secrets::is_for_tests(name) && (secrets::holds_secret(&text) || secrets::has_token(&text));
        return is_told.then_some("It gives secrets their values");
    }
    let is_key = secrets::may_be_key(path) && text.contains("PRIVATE KEY-----");
    is_key.then_some("A private key")
}

fn of_environment<'a>(subject: &Subject<'a>, gathered: &mut Gathered<'a>) {
    for (name, value) in &subject.image.config.env {
        let is_secret = secrets::is_secret(name) && !value.is_empty() && !secrets::is_placeholder(value);
        if is_secret || secrets::has_password(value) || secrets::has_token(value) {
            let place = format!("ENV {name}");
            let message = "Whoever has the image can read the value of the variable".to_owned();
            gathered.add_of_config(FindingKind::Secret, &place, message);
            let steps = &subject.image.config.history;
            if let Some(step) =
                steps.iter().rev().find(|it| it.instruction.starts_with("ENV ") && it.instruction.contains(name))
            {
                gathered.set_instruction(FindingKind::Secret, &place, &step.instruction);
            }
        }
    }
}

/// Arguments that a step was given, and what stands in a command.
fn of_history<'a>(subject: &Subject<'a>, gathered: &mut Gathered<'a>) {
    let config = &subject.image.config;
    // Variables as they are now are told of by name; not what they were before.
    let is_now = |it: &String| config.env_value(it).is_some_and(|it| !it.is_empty());
    for step in &config.history {
        let (shown, names) = secrets::without_values(&step.instruction);
        let is_known = step.instruction.starts_with("ENV ") && names.iter().all(is_now);
        let is_told = shown != step.instruction && !is_known;
        if is_told {
            let place = match names.first() {
                Some(name) => format!("history {name}"),
                None => "history".to_owned(),
            };
            let message = "The history of the image shows the value".to_owned();
            gathered.add_of_config(FindingKind::Secret, &place, message);
            gathered.set_instruction(FindingKind::Secret, &place, &step.instruction);
        }
    }
}
