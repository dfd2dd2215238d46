//! What comes to the terminal.

use super::project::{DOCKERFILE, PACKAGE, Project};

const HIDDEN: &[char] = &['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}', '\u{2066}', '\u{200b}', '\u{feff}', '\u{2028}'];

fn odd(template: &str) -> Project {
    let name: String = HIDDEN.iter().collect();
    let package = serde_json::json!({ "name": "a", "scripts": { "start": format!("node {name}.js") }, "devDependencies": { &name: "5" } });
    let files = [("Dockerfile", template.replace('@', &name)), ("package.json", package.to_string())];
    Project::new().with(files)
}

#[test]
fn nothing_is_printed_that_a_terminal_obeys_or_hides() {
    for template in [
        "FROM node:20@\nWORKDIR /a@\nCOPY . .\nRUN npm ci @\nUSER @\nCMD [\"npm\", \"start\", \"@\"]\n",
        "FROM node:20 AS @\n@ a\nCOPY --from=@ @ .\nHEALTHCHECK @\n",
        "FROM node:20\nWORKDIR /a\n# @\nCOPY . .\nRUN npm install # @\nCMD npm start\n",
    ] {
        let project = odd(template);
        for arguments in ["check", "check --output-format concise", "check --output-format json", "fix", "fix --unsafe"]
        {
            let said = project.run(arguments);
            let printed = said.stdout + &said.stderr;
            // The byte order mark and its like may stand in a diff, which has to apply.
            let is_shown =
                |it: &&char| !(arguments.starts_with("fix") && matches!(**it, '\u{200b}' | '\u{feff}' | '\u{2028}'));
            for hidden in HIDDEN.iter().filter(is_shown) {
                assert!(!printed.contains(*hidden), "{arguments}: {hidden:?} in {printed}");
            }
        }
    }
}

#[test]
fn concise_has_one_line_a_finding() {
    for run in [
        "RUN A=1 \\\n    npm run build",
        "RUN <<E\nnpm run build\nE",
        "RUN npm \\\n# comment\n\n  install \\\n --force",
    ] {
        let project = Project::app();
        project.write("Dockerfile", DOCKERFILE.replace("RUN npm run build", run));
        let json: serde_json::Value = serde_json::from_str(&project.run("check --output-format json").stdout).unwrap();
        let n_findings = json["summary"]["diagnostics"].as_u64().unwrap();
        let said = project.run("check --output-format concise");
        assert!(n_findings > 0);
        assert_eq!(said.stdout.lines().count() as u64, n_findings, "{}", said.stdout);
        assert!(said.stdout.lines().all(|it| it.starts_with("Dockerfile:")), "{}", said.stdout);
    }
}

#[test]
#[cfg(unix)]
fn a_file_name_does_not_break_the_line() {
    let project = Project::app();
    project.write("a\nb\u{1b}[2J.Dockerfile", DOCKERFILE);
    let said = project.run("check --output-format concise");
    assert!(!said.stdout.contains('\u{1b}'));
    assert!(said.stdout.lines().all(|it| it.contains(": ")), "{}", said.stdout);
    assert!(said.stdout.contains(r"a\u{a}b\u{1b}[2J.Dockerfile:"), "{}", said.stdout);
}

#[test]
fn what_is_quoted_is_short() {
    let long = "x".repeat(500_000);
    for text in [
        format!("FROM node:20\n{long} a\n"),
        format!("FROM node:20\nUSER {long}\nRUN npm ci\nCMD npm start {long}\n"),
        format!("FROM {long}\nCOPY {long} .\n"),
        format!(
            "FROM node:20 AS {long}\nFROM {long}\nCOPY --from={long}1 a b\nRUN npm install --{long}\nCMD node {long}\n"
        ),
        format!(
            "FROM node:20\nCOPY --{long}=1 a b\nEXPOSE {long}\nSTOPSIGNAL {long}\nHEALTHCHECK --interval={long} CMD a\n"
        ),
    ] {
        let project = Project::new().with([("Dockerfile", text.as_str()), ("package.json", PACKAGE)]);
        let said = project.run("check --output-format concise");
        assert!(said.stdout.lines().all(|it| it.len() < 5_000), "{}", &said.stdout[..200]);
        assert!(said.stderr.len() < 5_000, "{}", &said.stderr[..200]);
    }
}
