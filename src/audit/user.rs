//! Who containers run as.

use super::FindingKind;
use super::gathered::Gathered;
use super::subject::Subject;
use crate::ecosystem::programs;

pub(super) fn gather<'a>(subject: &Subject<'a>, gathered: &mut Gathered<'a>) {
    let user = subject.image.config.user.as_str();
    let (name, group) = user.split_once(':').unwrap_or((user, ""));
    match name {
        "" | "root" | "0" => {
            if !gives_up_root(subject) {
                let message =
                    if user.is_empty() { "Containers run as root: there is no USER" } else { "Containers run as root" };
                gathered.add_of_config(FindingKind::RootUser, "USER", message.to_owned());
                name_step(subject, gathered, FindingKind::RootUser);
            }
        }
        _ => {
            let missing =
                [(name, "/etc/passwd"), (group, "/etc/group")].into_iter().find(|it| !is_known(subject, it.0, it.1));
            if let Some((name, file)) = missing {
                let message = format!("`{name}` is not in the image's {file}: the container does not start");
                gathered.add_of_config(FindingKind::UnknownUser, "USER", message);
                name_step(subject, gathered, FindingKind::UnknownUser);
            }
        }
    }
}

fn name_step<'a>(subject: &Subject<'a>, gathered: &mut Gathered<'a>, kind: FindingKind) {
    if let Some(step) = subject.image.config.history.iter().rev().find(|it| it.instruction.starts_with("USER ")) {
        gathered.set_instruction(kind, "USER", &step.instruction);
    }
}

/// Numbers need no entry.
fn is_known(subject: &Subject<'_>, name: &str, file: &str) -> bool {
    if name.is_empty() || name.bytes().all(|it| it.is_ascii_digit()) {
        return true;
    }
    let entry = subject.tree.resolve(file);
    let text = entry.and_then(|it| Some(String::from_utf8_lossy(subject.tree.kept(&it)?).into_owned()));
    text.is_some_and(|it| it.lines().any(|it| it.split(':').next() == Some(name)))
}

/// Whether what starts goes on as another user by itself: a web server, or a script with `gosu` and its kind.
fn gives_up_root(subject: &Subject<'_>) -> bool {
    let config = &subject.image.config;
    let words: Vec<&String> = config.entrypoint.iter().chain(&config.cmd).collect();
    let is_giving = |it: &str| programs::gives_up_root(crate::paths::file_name(it));
    let by_script = |it: &&String| {
        let entry = subject.tree.resolve(&crate::paths::absolute(&config.workdir, it));
        let text = entry.and_then(|it| Some(String::from_utf8_lossy(subject.tree.kept(&it)?).into_owned()));
        text.is_some_and(|it| it.split_whitespace().any(is_giving))
    };
    words.iter().any(|it| is_giving(it)) || words.iter().take(3).any(by_script)
}
