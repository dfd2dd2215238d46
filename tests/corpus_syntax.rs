//! Agreement with BuildKit on real Dockerfiles, in the folder that `NODESTAGE_CORPUS` names.

#![allow(clippy::print_stderr, reason = "a skipped test says so, and the counts are worth reading")]

use nodestage::report::debug::debug_json;
use nodestage::syntax::{Instruction, Item, parse};
use rayon::prelude::*;
use serde_json::Value;
use std::path::PathBuf;

struct Case {
    file: String,
    text: String,
    expected: Value,
}

/// The files, and what BuildKit makes of them; `None` where there is no corpus.
fn corpus() -> Option<Vec<Case>> {
    let Some(root) = std::env::var_os("NODESTAGE_CORPUS").map(PathBuf::from) else {
        eprintln!("skipped: NODESTAGE_CORPUS does not name the folder of the corpus");
        return None;
    };
    let dump = std::fs::read_to_string(root.join("buildkit.jsonl")).expect("buildkit.jsonl is readable");
    let case = |line: &str| {
        let expected: Value = serde_json::from_str(line).expect("each line is JSON");
        let file = expected["file"].as_str().expect("each line names its file").to_owned();
        let bytes = std::fs::read(root.join(&file)).expect("each file is readable");
        Case { text: String::from_utf8_lossy(&bytes).into_owned(), file, expected }
    };
    Some(dump.lines().map(case).collect())
}

/// What differs, in a few words.
fn difference(case: &Case) -> Option<String> {
    let seen = debug_json(&case.file, &case.text);
    for verdict in ["parse", "instr"] {
        let (want, got) = (&case.expected[verdict], &seen[verdict]);
        if (want == "") != (got == "") {
            return Some(format!("{}: {verdict}: want {want}, got {got}", case.file));
        }
    }
    let (want, got) = (instructions(&case.expected), instructions(&seen));
    let pair = want.iter().zip(&got).find(|(want, got)| want != got);
    if let Some((want, got)) = pair {
        return Some(format!("{}:\n want {want:?}\n  got {got:?}", case.file));
    }
    (want.len() != got.len()).then(|| format!("{}: want {} instructions, got {}", case.file, want.len(), got.len()))
}

/// The compared fields of each instruction.
fn instructions(dump: &Value) -> Vec<Vec<Value>> {
    let fields = ["cmd", "start", "end", "args", "flags", "json", "heredocs"];
    let Some(instructions) = dump["insts"].as_array() else { return Vec::new() };
    instructions.iter().map(|it| fields.iter().map(|field| it[*field].clone()).collect()).collect()
}

#[test]
fn agrees_with_buildkit() {
    let Some(cases) = corpus() else { return };
    let differences: Vec<_> = cases.iter().filter_map(difference).collect();
    eprintln!("{} of {} files agree", cases.len() - differences.len(), cases.len());
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn items_reproduce_the_file() {
    for case in corpus().unwrap_or_default() {
        assert_tiles(&case.text);
    }
}

#[test]
fn no_prefix_panics() {
    let cases = corpus().unwrap_or_default();
    cases.par_iter().for_each(|case| {
        for end in ends(&case.text) {
            assert_tiles(&case.text[..end]);
        }
    });
}

/// Every place in a small file, the line ends of a large one and the places around them.
fn ends(text: &str) -> Vec<usize> {
    let all = (0..=text.len()).filter(|it| text.is_char_boundary(*it));
    if text.len() < 1024 {
        return all.collect();
    }
    let near_line_end = |at: &usize| text.as_bytes()[at.saturating_sub(2)..(at + 2).min(text.len())].contains(&b'\n');
    all.filter(near_line_end).collect()
}

fn assert_tiles(text: &str) {
    let parsed = parse(text);
    let mut at = 0;
    for item in &parsed.dockerfile.items {
        assert_eq!(usize::from(item.range().start()), at, "{text}");
        at = item.range().end().into();
        assert!(text.is_char_boundary(at), "{text}");
    }
    assert_eq!(at, text.len(), "{text}");
}

#[test]
fn a_truncated_line_costs_that_line_only() {
    let Some(cases) = corpus() else { return };
    let mut random = Random(0x5eed_0001);
    let (mut n_all, mut n_kept) = (0, 0);
    for _ in 0..2_000 {
        let case = &cases[random.below(cases.len())];
        let (all, kept) = truncated(&case.text, &mut random);
        n_all += all;
        n_kept += kept;
    }
    eprintln!("{n_kept} of {n_all} other instructions are still reported");
    assert!(n_kept * 100 >= n_all * 99);
}

/// Cuts a random instruction off in one of its lines; counts the others, and those still found.
fn truncated(text: &str, random: &mut Random) -> (usize, usize) {
    let before = parse(text);
    let instructions: Vec<&Instruction> = before.dockerfile.instructions().collect();
    if instructions.is_empty() {
        return (0, 0);
    }
    let victim = random.below(instructions.len());
    let line = random_line(text, instructions[victim], random);
    let cut = (line.start + random.below(line.len().max(1))..=line.end).find(|it| text.is_char_boundary(*it));
    let broken = format!("{}{}", &text[..cut.unwrap_or(line.end)], &text[line.end..]);
    let after = parse(&broken);
    let found: Vec<_> = after.dockerfile.instructions().map(key).collect();
    let others = instructions.iter().enumerate().filter(|it| it.0 != victim);
    let kept = others.filter(|it| found.contains(&key(it.1))).count();
    (instructions.len() - 1, kept)
}

fn key(instruction: &Instruction) -> (&str, &[String]) {
    (&instruction.keyword.value, &instruction.args)
}

/// One of the physical lines of `instruction`, without its line end.
fn random_line(text: &str, instruction: &Instruction, random: &mut Random) -> std::ops::Range<usize> {
    let start = usize::from(instruction.range.start());
    let mut at = start;
    let lines: Vec<_> = text[instruction.range]
        .split_inclusive('\n')
        .map(|it| {
            let line = at..at + it.trim_end_matches(['\r', '\n']).len();
            at += it.len();
            line
        })
        .collect();
    lines[random.below(lines.len())].clone()
}

/// A small generator (xorshift), so that each run makes the same trials.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap_or(0)
    }
}

#[test]
fn every_place_belongs_to_an_item() {
    for case in corpus().unwrap_or_default() {
        let parsed = parse(&case.text);
        let last = nodestage::text::offset(case.text.len().saturating_sub(1));
        assert!(case.text.is_empty() || parsed.dockerfile.item_at(last).is_some_and(|it| !is_empty(it)));
    }
}

fn is_empty(item: &Item) -> bool {
    item.range().is_empty()
}
