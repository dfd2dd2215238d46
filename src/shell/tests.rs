//! Scripts and the commands that they are read as.

use super::{Script, script_of_text};
use crate::syntax::Kind;

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

/// The commands of the first instruction after FROM, each as `range text: words`.
#[track_caller]
fn check_instruction(instruction: &str, expected: &[&str]) {
    let text = format!("FROM node:24\n{instruction}");
    let parsed = crate::syntax::parse(&text);
    let run = parsed.dockerfile.instructions().nth(1).expect("there is one");
    let (Kind::Run(form) | Kind::Cmd(form) | Kind::Entrypoint(form) | Kind::Healthcheck(Some(form))) = &run.kind else {
        panic!("{text} holds a command");
    };
    let script = super::script(&text, &parsed.dockerfile, run, form);
    assert_eq!(shown(&script), expected, "{text}");
    assert!(script.complete, "{text} is read whole");
    for command in &script.commands {
        for word in command.words.iter().filter(|it| it.value.as_deref() == Some(&it.raw)) {
            let place = &text[word.range];
            assert!(place.contains(&word.raw), "{place} holds {}", word.raw);
        }
    }
}

#[test]
fn continued_lines() {
    check_instruction(
        "RUN --mount=type=cache,target=/root/.npm \\\n  npm ci \\\n # why\n\n  && npm test\\\r\n  --x\n",
        &["First: npm | ci", "And: npm | test | --x"],
    );
    check_instruction("RUN npm ci \\\n", &["First: npm | ci"]);
    check_instruction("HEALTHCHECK CMD curl -f x || exit 1\n", &["First: curl | -f | x", "Or (maybe): exit | 1"]);
}

#[test]
fn exec_forms() {
    check_instruction(r#"CMD ["node", "server.js"]"#, &["First: node | server.js"]);
    check_instruction(r#"CMD ["sh", "-c", "a && exec node \"b c\""]"#, &["First: a", "And: exec | node | b c"]);
    check_instruction(
        r#"ENTRYPOINT ["tini", "--", "/bin/sh", "-c", "a"]"#,
        &["First: tini | -- | /bin/sh | -c | a", "First: a"],
    );
    check_instruction(r#"CMD ["bash", "-o", "pipefail", "-c", "a | b"]"#, &["First: a", "Pipe: b"]);
    check_instruction("ENTRYPOINT []", &[]);
}

#[test]
fn heredocs() {
    check_instruction("RUN <<EOF\nset -e\nnpm ci\nEOF\n", &["First: set | -e", "Sequence: npm | ci"]);
    check_instruction("RUN <<-'EOF' bash -e\n\tnpm ci\n\tEOF\n", &["First: npm | ci"]);
    check_instruction("RUN cat > /f <<EOF && npm ci\nhello\nEOF\n", &["First: cat", "And: npm | ci"]);
    check_instruction("RUN node <<EOF\nconsole.log(1)\nEOF\n", &["First: node"]);
}

#[test]
fn tests_gate_what_follows() {
    check("[ -f x ] && a && b; c", &["First: [ | -f x | ]", "And (maybe): a", "And (maybe): b", "Sequence: c"]);
    check("[ -f x ] || a && b", &["First: [ | -f x | ]", "Or (maybe): a", "And: b"]);
    check("command -v x && a", &["First: command | -v | x", "And (maybe): a"]);
}

#[test]
fn a_redirect_is_the_last_commands() {
    let script = script_of_text("a && b | c > d; e");
    let redirected: Vec<bool> = script.commands.iter().map(|it| it.redirected).collect();
    assert_eq!(redirected, [false, false, true, false]);
}

#[test]
fn deep_text_is_read() {
    let deep = format!("{}a{}", "(".repeat(5_000), ")".repeat(5_000));
    assert!(script_of_text(&deep).commands.len() <= 1);
    let long = vec!["a"; 5_000].join(" && ");
    assert_eq!(script_of_text(&long).commands.len(), 5_000);
}

#[test]
fn joined_words_and_other_shells_are_unknown() {
    for (before, run) in [("", "RUN npm c\\\ni"), ("SHELL [\"pwsh\"]\n", "RUN a")] {
        let text = format!("FROM node:24\n{before}{run}\n");
        let parsed = crate::syntax::parse(&text);
        let run = parsed.dockerfile.instructions().last().expect("there is one");
        let Kind::Run(form) = &run.kind else { panic!("it is a RUN") };
        assert!(!super::script(&text, &parsed.dockerfile, run, form).complete, "{text}");
    }
}
