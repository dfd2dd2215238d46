//! System packages and users.

use super::State;
use super::script::Call;
use crate::ecosystem::arguments::Arguments;
use crate::stages::InstructionId;

const WITH_VALUE: &[&str] =
    &["-t", "--virtual", "-X", "--repository", "-o", "--option", "--target-release", "-c", "--setopt", "--releasever"];

/// `apk add`, `apt-get install`, `dnf remove`…
pub(super) fn packages(state: &mut State, index: InstructionId, call: &Call<'_>) {
    let arguments = Arguments::read(call.arguments(), WITH_VALUE);
    let names = arguments.operands.get(1..).unwrap_or_default().iter().map(|it| without_version(it));
    match arguments.operand(0).unwrap_or_default() {
        "add" | "install" | "in" | "reinstall" => {
            let names: Vec<_> = names.filter(|it| !it.contains("${")).collect();
            if let Some(group) = arguments.value(&["virtual", "t"]).filter(|_| call.program() == "apk") {
                state.virtual_packages.insert(group.to_owned(), names.clone());
            }
            state.contents.system_packages.extend(names.into_iter().map(|it| (it, index)));
        }
        "del" | "remove" | "purge" | "erase" | "rm" | "autoremove" => names.for_each(|it| drop_package(state, &it)),
        _ => {}
    }
}

/// A name may stand for all that `--virtual` installed under it.
fn drop_package(state: &mut State, name: &str) {
    let mut names = state.virtual_packages.remove(name).unwrap_or_default();
    names.push(name.to_owned());
    state.contents.system_packages.retain(|(it, _)| !names.contains(it));
}

fn without_version(word: &str) -> String {
    let end = word.find(['=', '@', '~', '<', '>']).filter(|it| *it > 0).unwrap_or(word.len());
    word[..end].to_owned()
}

const USER_WITH_VALUE: &[&str] = &[
    "-u",
    "--uid",
    "-G",
    "--ingroup",
    "--gid",
    "-g",
    "--groups",
    "-h",
    "--home",
    "-d",
    "--home-dir",
    "--home_dir",
    "-s",
    "--shell",
    "-k",
    "-c",
    "--comment",
    "--gecos",
    "-e",
    "-f",
    "-K",
    "-p",
    "--password",
    "-b",
    "-R",
    "--conf",
];

/// `adduser`, `useradd`. `adduser NAME GROUP` creates nobody.
pub(super) fn user(state: &mut State, index: InstructionId, call: &Call<'_>) {
    // busybox's `-g` takes a value (gecos), as useradd's does (group).
    let arguments = Arguments::read(call.arguments(), USER_WITH_VALUE);
    let name = match arguments.operands.as_slice() {
        [name] if !name.contains("${") => name,
        // `useradd -m name`, where an option that takes no value here was read as one that does.
        [] => return,
        [name, ..] if call.program() == "useradd" => name,
        [name, _] if !arguments.flags.is_empty() => name,
        _ => return,
    };
    state.contents.users.push((name.clone(), index));
}
