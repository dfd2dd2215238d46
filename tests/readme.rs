//! The README's commands print what the README says they print, and its table lists the rules there are.
//!
//! `UPDATE=1 cargo test --test readme` writes what they print now into the README.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The arguments of a line that starts the program, in either of its spellings.
fn arguments(line: &str) -> Option<Vec<&str>> {
    let command = line.strip_prefix("$ ")?;
    let rest = command.strip_prefix("cargo run --release -- ").or_else(|| command.strip_prefix("nodestage "))?;
    Some(rest.split_whitespace().collect())
}

/// What the program prints in `folder`: standard output, then standard error.
fn printed(arguments: &[&str], folder: &Path) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nodestage"));
    let output = command.args(arguments).current_dir(folder).env("NO_COLOR", "1").output().expect("the program starts");
    let bytes = [output.stdout, output.stderr].concat();
    String::from_utf8(bytes).expect("the program prints UTF-8")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("the fixtures can be read").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file can be copied");
        }
    }
}

/// The README as it should be: what stands below a command is what the command prints.
fn rewritten(readme: &str, folder: &Path) -> String {
    let (mut res, mut in_console, mut skipping) = (String::new(), false, false);
    for line in readme.lines() {
        if line.starts_with("```") {
            (in_console, skipping) = (line == "```console", false);
        }
        let arguments = arguments(line).filter(|_| in_console);
        skipping &= !line.starts_with("$ ");
        if !skipping {
            res.extend([line, "\n"]);
        }
        if let Some(arguments) = arguments {
            res.push_str(&printed(&arguments, folder));
            skipping = true;
        }
    }
    res
}

#[test]
fn commands_print_what_the_readme_says() {
    let path = Path::new(ROOT).join("README.md");
    let readme = fs::read_to_string(&path).expect("there is a README");
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    fs::create_dir(folder.path().join(".git")).expect("a folder can be made");
    copy(&Path::new(ROOT).join("fixtures"), &folder.path().join("fixtures"));
    let expected = rewritten(&readme, folder.path());
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, expected).expect("the README can be written");
    } else if expected != readme {
        let diff = similar::TextDiff::from_lines(readme.as_str(), expected.as_str());
        panic!("README.md is out of date (UPDATE=1 rewrites it):\n{}", diff.unified_diff());
    }
}

#[test]
fn the_table_lists_the_rules_there_are() {
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).expect("there is a README");
    let rows = readme.lines().filter_map(|it| it.strip_prefix("| `")?.split_once('`'));
    let listed: BTreeSet<_> = rows.map(|(name, _)| name).collect();
    let known: BTreeSet<_> = nodestage::rules::RULES.iter().map(|it| it.name).collect();
    assert_eq!(listed, known);
}
