//! Instructions and what they are read as.

use super::{Instruction, Kind, Parse, Phase, parse};
use crate::text::TextRange;

fn first(parsed: &Parse) -> &Instruction {
    parsed.dockerfile.instructions().next().expect("there is an instruction")
}

/// The words of the first instruction, and the text at each of its ranges.
#[track_caller]
fn check(text: &str, args: &[&str], places: &[&str]) {
    let parsed = parse(text);
    let instruction = first(&parsed);
    assert_eq!(instruction.args, args, "{text}");
    let shown: Vec<&str> = ranges(&instruction.kind).into_iter().map(|it| &text[it]).collect();
    assert_eq!(shown, places, "{text}");
}

fn ranges(kind: &Kind) -> Vec<TextRange> {
    match kind {
        Kind::From(it) => {
            let reference = &it.reference;
            let parts = [Some(&reference.repository), reference.tag.as_ref(), reference.digest.as_ref()];
            parts.into_iter().chain([it.name.as_ref()]).flatten().map(|it| it.range).collect()
        }
        Kind::Copy(it) | Kind::Add(it) => it.sources.iter().chain([&it.destination]).map(|it| it.range).collect(),
        Kind::Env(it) | Kind::Arg(it) | Kind::Label(it) => {
            it.iter().flat_map(|it| [Some(&it.key), it.value.as_ref()]).flatten().map(|it| it.range).collect()
        }
        Kind::User(it) | Kind::Workdir(it) => vec![it.range],
        Kind::Onbuild(it) => ranges(&it.kind),
        _ => Vec::new(),
    }
}

#[test]
fn images() {
    check("FROM node:24-slim AS build\n", &["node:24-slim", "AS", "build"], &["node", "24-slim", "build"]);
    check("FROM r.io:5000/a/b@sha256:0\n", &["r.io:5000/a/b@sha256:0"], &["r.io:5000/a/b", "sha256:0"]);
    check("FROM node:${V:-24}\n", &["node:${V:-24}"], &["node", "${V:-24}"]);
    check("FROM ${IMAGE:-node:24}\n", &["${IMAGE:-node:24}"], &["${IMAGE:-node:24}"]);
}

#[test]
fn words_across_continuations() {
    check("COPY a \\\n # why\n b /c\n", &["a", "b", "/c"], &["a", "b", "/c"]);
    check("COPY a\\\nb /c\n", &["ab", "/c"], &["a\\\nb", "/c"]);
    check("# escape=`\nCOPY a `\r\n b\r\n", &["a", "b"], &["a", "b"]);
}

#[test]
fn pairs() {
    check("ENV A=1 B='x y'\n", &["A", "1", "=", "B", "'x y'", "="], &["A", "1", "B", "'x y'"]);
    check("ENV A b  c\n", &["A", "b  c", ""], &["A", "b  c"]);
    check("ARG A B=1\n", &["A", "B=1"], &["A", "B", "1"]);
}

#[test]
fn nested_and_decoded() {
    check("ONBUILD COPY a /b\n", &["COPY", "a", "/b"], &["a", "/b"]);
    check("COPY [\"a b\", \"/c\"]\n", &["a b", "/c"], &["\"a b\"", "\"/c\""]);
    check("COPY <<EOF b /c\nx\nEOF\n", &["<<EOF", "b", "/c"], &["b", "/c"]);
    check("USER 1000 # node\n", &["1000 # node"], &["1000 # node"]);
}

/// The phase of the first error, if any.
#[test]
fn verdicts() {
    let refused = [
        ("", Phase::Parse),
        ("# only\n", Phase::Parse),
        ("FROM a\nENV A\n", Phase::Parse),
        ("FROM a\nRUN <<EOF\n", Phase::Parse),
        ("FROM a\nCMD [1]\n", Phase::Parse),
        ("# escape=x\nFROM a\n", Phase::Parse),
        ("FROM\n", Phase::Instruction),
        ("FROM a AS\n", Phase::Instruction),
        ("FROM a AS 1\n", Phase::Instruction),
        ("RUN a\n", Phase::Instruction),
        ("FROM a\nRU a\n", Phase::Instruction),
        ("FROM a\nCOPY --fr=b a b\n", Phase::Instruction),
        ("FROM a\nCOPY --from a b\n", Phase::Instruction),
        ("FROM a\nRUN --network=x a\n", Phase::Instruction),
        ("FROM a\nHEALTHCHECK --interval=3 CMD a\n", Phase::Instruction),
    ];
    for (text, phase) in refused {
        assert_eq!(parse(text).errors.first().map(|it| it.phase), Some(phase), "{text}");
    }
    for text in ["FROM a\nRUN\n", "FROM a\nRUN a \\\n", "ARG A\nFROM a\n", "FROM a\nRUN a << EOF\nEOF\n"] {
        assert_eq!(parse(text).errors, [], "{text}");
    }
}

#[test]
fn a_broken_line_costs_that_line() {
    for broken in ["RU npm ci", "ENV A", "CMD [1]", "RUN <<EOF", "COPY --fr", "FROM a b"] {
        let text = format!("FROM a\n{broken}\nRUN npm ci\n");
        let parsed = parse(&text);
        assert_eq!(parsed.errors.len(), 1, "{text}");
        let last = parsed.dockerfile.instructions().last().expect("there is one");
        assert!(matches!(last.kind, Kind::Run(_)), "{text}");
    }
}
