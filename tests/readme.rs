//! Every command of the README, with what it prints, in a copy of the fixtures.
//!
//! `UPDATE=1 cargo test --test readme` writes the outputs into the README.

use std::fs;
use std::path::Path;
use std::process::Command;

const FENCE: &str = "```console\n";

#[test]
fn commands_print_what_the_readme_shows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).expect("there is a README");
    let folder = tempfile::tempdir().expect("a temporary folder");
    copy(&root.join("fixtures"), &folder.path().join("fixtures"));
    let mut actual = String::new();
    let mut rest = readme.as_str();
    let mut n_run = 0;
    while let Some(at) = rest.find(FENCE) {
        let (before, block) = rest.split_at(at + FENCE.len());
        let (block, after) = block.split_at(block.find("```").expect("a block is closed"));
        let command =
            block.lines().next().and_then(|it| it.strip_prefix("$ ")).expect("a block starts with its command");
        actual += &format!("{before}$ {command}\n");
        if let Some(output) = run(command, folder.path()) {
            actual += &output;
            n_run += 1;
        }
        rest = after;
    }
    actual += rest;
    assert!(n_run >= 4, "the commands of the README were run");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(root.join("README.md"), &actual).expect("the README can be written");
    } else {
        assert_eq!(actual, readme, "the README shows something else: UPDATE=1 writes what comes out");
    }
}

/// What a command prints, first to standard output, then to standard error; `None` for `cargo test`, which is this.
fn run(command: &str, folder: &Path) -> Option<String> {
    let arguments = command.strip_prefix("nodestage ").or_else(|| command.strip_prefix("cargo run --quiet -- "));
    let Some(arguments) = arguments else {
        assert_eq!(command, "cargo test", "a command that this test can't run");
        return None;
    };
    let output = Command::new(env!("CARGO_BIN_EXE_nodestage"))
        .args(arguments.split_whitespace())
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .expect("nodestage runs");
    let text = [output.stdout, output.stderr].map(|it| String::from_utf8(it).expect("it prints UTF-8"));
    Some(text.concat())
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("a folder can be read").flatten() {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy(&source, &target);
        } else {
            fs::copy(&source, &target).expect("a file can be copied");
        }
    }
}
