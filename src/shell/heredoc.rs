//! RUN with heredocs: the body is the script, or the input of a command.

use super::{Joined, Place, Script, is_shell, mask, tree};
use crate::syntax::{Heredoc, Instruction};
use crate::text::TextRange;

/// The commands of a RUN whose operands stand at `range`.
pub(super) fn script(text: &str, escape: char, instruction: &Instruction, range: TextRange) -> Script {
    let mut masked = mask::shell_form(text, escape, instruction, range);
    for heredoc in &instruction.heredocs {
        hide(&mut masked.text, range, heredoc.opening);
    }
    let outer = tree::read(&masked.text, Place::At(range.start()), masked.complete);
    let is_script = outer.commands.is_empty() || runs_shell(&outer);
    match &instruction.heredocs[..] {
        [heredoc] if is_script => body(text, heredoc),
        heredocs => heredocs.iter().fold(outer, redirected),
    }
}

/// Takes the `<<EOF` word out of the operands.
fn hide(masked: &mut String, range: TextRange, opening: TextRange) {
    if let Some(inner) = opening.checked_sub(range.start()).filter(|it| usize::from(it.end()) <= masked.len()) {
        masked.replace_range(std::ops::Range::<usize>::from(inner), &" ".repeat(inner.len().into()));
    }
}

/// Whether the one command is a shell that reads its script from the heredoc.
fn runs_shell(outer: &Script) -> bool {
    let [command] = &outer.commands[..] else { return false };
    let is_flag = |it: Option<&str>| it.is_some_and(|it| it.starts_with('-') && !it.contains('c'));
    command.program().is_some_and(is_shell) && command.arguments().all(is_flag)
}

fn body(text: &str, heredoc: &Heredoc) -> Script {
    let Some(range) = heredoc.body else { return Script::default() };
    let body = &text[range];
    if body.starts_with("#!") && !has_shell_interpreter(body) {
        return Script::default();
    }
    tree::read(body, Place::At(range.start()), true)
}

/// `#!/bin/sh`, `#!/usr/bin/env bash`.
fn has_shell_interpreter(body: &str) -> bool {
    let words = body.lines().next().unwrap_or_default().trim_start_matches("#!").split_whitespace();
    words.take(2).any(is_shell)
}

/// Marks the command that reads `heredoc`: the last one in front of it, else the first.
fn redirected(mut script: Script, heredoc: &Heredoc) -> Script {
    let is_before = |it: &super::Command| it.range.start() < heredoc.opening.start();
    let reader = script.commands.iter().rposition(is_before).unwrap_or(0);
    if let Some(command) = script.commands.get_mut(reader) {
        command.redirected = true;
    }
    if let Some(first) = script.commands.first_mut() {
        first.joined = Joined::First;
    }
    script
}
