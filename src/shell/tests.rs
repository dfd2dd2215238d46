//! Scripts and the commands that they are read as.

use super::{Script, script_of_text};

/// One line a command: how it is joined, flags, assignments, words.
fn shown(script: &Script) -> Vec<String> {
    let word = |it: &super::ShellWord| it.value.clone().unwrap_or_else(|| "?".to_owned());
    let lines = script.commands.iter().map(|it| {
        let conditional = if it.conditional { " (maybe)" } else { "" };
        let assignments = it.assignments.iter().map(|(name, value)| format!("{name}={} ", word(value)));
        let words: Vec<String> = it.words.iter().map(word).collect();
        format!("{:?}{conditional}: {}{}", it.joined, assignments.collect::<String>(), words.join(" | "))
    });
    lines.collect()
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let script = script_of_text(text);
    assert!(script.complete, "{text} is read whole");
    assert_eq!(shown(&script), expected, "{text}");
}

#[test]
fn lists() {
    check("npm ci && npm run build", &["First: npm | ci", "And: npm | run | build"]);
    check("a; b\nc", &["First: a", "Sequence: b", "Sequence: c"]);
    check("a || b && c", &["First: a", "Or (maybe): b", "And: c"]);
    check("(cd x && npm i)", &["First: cd | x", "And: npm | i"]);
    check("{ a; b; }", &["First: a", "Sequence: b"]);
    check("a | b", &["First: a", "Pipe: b"]);
    check("rm -rf dist && tsc -p .", &["First: rm | -rf | dist", "And: tsc | -p | ."]);
}

#[test]
fn words() {
    check(r#"NODE_ENV=production X= node 'a b' "c" d\ e"#, &["First: NODE_ENV=production X= node | a b | c | d e"]);
    check("echo $HOME \"$x\" ${y:-1}", &["First: echo | ? | ? | ?"]);
    check("npm ci --omit=dev", &["First: npm | ci | --omit=dev"]);
    check("export A=b", &["First: export | A=b"]);
}

#[test]
fn conditions() {
    check(
        "if [ -f yarn.lock ]; then yarn; else npm ci; fi",
        &["First (maybe): [ | -f yarn.lock | ]", "Sequence (maybe): yarn", "Sequence (maybe): npm | ci"],
    );
}

#[test]
fn nested_shells() {
    check("sh -c 'npm ci && npm test'", &["First: npm | ci", "And: npm | test"]);
    check("echo $(node -v)", &["First: echo | ?", "Sequence: node | -v"]);
    let text = "bash -lc \"npm ci\"";
    let script = script_of_text(text);
    assert_eq!(&text[script.commands[0].words[1].range], "ci");
}

#[test]
fn redirects() {
    let script = script_of_text("echo a > b && c 2>&1");
    assert!(script.commands.iter().all(|it| it.redirected));
}

#[test]
fn broken_text_is_incomplete() {
    assert!(!script_of_text("npm ci && (").complete);
}
