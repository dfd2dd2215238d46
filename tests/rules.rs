//! The rules on whole folders: `fixtures/rules/<rule>/<case>/` holds a Dockerfile and its context,
//! `expected.txt` (what the rule reports), `Dockerfile.fixed` (by safe fixes; absent where nothing
//! changes) and `Dockerfile.unsafe` (by all fixes; absent where it is the same).
//!
//! `UPDATE=1 cargo test --test rules` writes what comes out.

use std::fs;
use std::path::{Path, PathBuf};

use nodestage::fix::Applicability;
use nodestage::rules::{RULES, Rule};
use nodestage::testing::Case;

#[test]
fn every_fixture_comes_out_as_written() {
    let mut wrong = Vec::new();
    for rule_folder in folders(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules")) {
        let name = rule_folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let rule = RULES.iter().find(|it| it.name == name).unwrap_or_else(|| panic!("{name} is no rule"));
        for case in folders(&rule_folder) {
            wrong.extend(run(rule, &case));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Runs one case; what is not as written.
fn run(rule: &'static Rule, folder: &Path) -> Vec<String> {
    let dockerfile = fs::read_to_string(folder.join("Dockerfile")).expect("a case has a Dockerfile");
    let case = Case::of(rule).folder(folder, |name| !name.starts_with("Dockerfile") && name != "expected.txt");
    let safe = case.fix(&dockerfile, Applicability::Safe);
    let all = case.fix(&dockerfile, Applicability::Unsafe);
    let outcomes = [
        ("expected.txt", Some(case.report(&dockerfile))),
        ("Dockerfile.fixed", (safe != dockerfile).then(|| safe.clone())),
        ("Dockerfile.unsafe", (all != safe).then_some(all)),
    ];
    outcomes.into_iter().filter_map(|(name, text)| compare(&folder.join(name), text)).collect()
}

fn compare(path: &Path, actual: Option<String>) -> Option<String> {
    let expected = fs::read_to_string(path).ok();
    if expected == actual {
        return None;
    }
    if std::env::var_os("UPDATE").is_some() {
        match actual {
            Some(text) => fs::write(path, text).expect("the fixture can be written"),
            None => fs::remove_file(path).expect("the fixture can be removed"),
        }
        return None;
    }
    let show = |it: Option<String>| it.unwrap_or_else(|| "(nothing)\n".to_owned());
    Some(format!("{}:\n--- expected\n{}--- actual\n{}", path.display(), show(expected), show(actual)))
}

fn folders(parent: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten().map(|it| it.path());
    let mut res: Vec<PathBuf> = entries.filter(|it| it.is_dir()).collect();
    res.sort();
    res
}
