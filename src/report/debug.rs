//! `nodestage debug`: what the parser saw, in the shape of BuildKit's own dump; what an image holds.

use crate::image::{self, Entry};
use crate::syntax::{Flag, Instruction, Kind, Parse, Phase, parse};
use crate::text::Text;
use serde_json::{Map, Value, json};

/// One line of JSON for the Dockerfile `text`.
#[must_use]
pub fn parse_json(file: &str, text: &str) -> String {
    debug_json(file, text).to_string()
}

/// One line for an entry of an image: kind, size in bytes, layer from 1 (0 for none), path.
#[must_use]
pub fn entry_line(entry: &Entry) -> String {
    let kind = match entry.kind {
        image::Kind::File => "file",
        image::Kind::Folder => "folder",
        image::Kind::Link => "link",
        image::Kind::Other => "other",
    };
    let layer = entry.layer.map_or(0, |it| it + 1);
    format!("{kind} {} {layer} {}", entry.size, super::one_line(&entry.path))
}

/// One object: `file`, the first error of each of BuildKit's readers, the escape character, the number
/// of stages, and, where the first reader found no error, the instructions.
#[must_use]
pub fn debug_json(file: &str, text: &str) -> Value {
    let parsed = parse(text);
    let (refused, invalid) = (first_error(&parsed, Phase::Parse), first_error(&parsed, Phase::Instruction));
    let mut object = Map::new();
    object.insert("file".to_owned(), json!(file));
    object.insert("parse".to_owned(), json!(refused));
    let is_read = refused.is_empty();
    object.insert("instr".to_owned(), json!(if is_read { invalid } else { "" }));
    object
        .insert("escape".to_owned(), json!(if is_read { parsed.dockerfile.escape.to_string() } else { String::new() }));
    object.insert("stages".to_owned(), json!(if is_read && invalid.is_empty() { n_stages(&parsed) } else { 0 }));
    if is_read {
        add_instructions(&mut object, &parsed, &Text::from(text.to_owned()));
    }
    Value::Object(object)
}

fn first_error(parsed: &Parse, phase: Phase) -> &str {
    parsed.errors.iter().find(|it| it.phase == phase).map_or("", |it| &it.message)
}

fn n_stages(parsed: &Parse) -> usize {
    parsed.dockerfile.instructions().filter(|it| matches!(it.kind, Kind::From(_))).count()
}

fn add_instructions(object: &mut Map<String, Value>, parsed: &Parse, text: &Text) {
    let with_blanks = parsed.dockerfile.instructions().filter(|it| !it.blanks.is_empty());
    let warnings: Vec<_> = with_blanks.map(|it| format!("Empty continuation line found in: {}", it.original)).collect();
    if !warnings.is_empty() {
        object.insert("warnings".to_owned(), json!(warnings));
    }
    let instructions = parsed.dockerfile.instructions().map(|it| instruction(it, text));
    object.insert("insts".to_owned(), instructions.collect());
}

fn instruction(instruction: &Instruction, text: &Text) -> Value {
    let mut object = Map::new();
    let end = instruction.range.end() - crate::text::offset(1);
    object.insert("cmd".to_owned(), json!(instruction.keyword.value));
    object.insert("start".to_owned(), json!(text.line(instruction.range.start())));
    object.insert("end".to_owned(), json!(text.line(end)));
    if !instruction.flags.is_empty() {
        object.insert("flags".to_owned(), instruction.flags.iter().map(flag).collect());
    }
    let args = args(instruction);
    if !args.is_empty() {
        object.insert("args".to_owned(), json!(args));
    }
    if instruction.json {
        object.insert("json".to_owned(), json!(true));
    }
    if !instruction.heredocs.is_empty() {
        object.insert("heredocs".to_owned(), json!(instruction.heredocs.len()));
    }
    object.insert("orig".to_owned(), json!(instruction.original));
    Value::Object(object)
}

fn flag(flag: &Flag) -> String {
    let value = flag.value.as_ref().map(|it| format!("={}", it.value));
    format!("--{}{}", flag.name, value.unwrap_or_default())
}

/// The words; the instruction after ONBUILD is marked.
fn args(instruction: &Instruction) -> Vec<String> {
    let mut args = instruction.args.clone();
    if instruction.name() == "ONBUILD"
        && let Some(child) = args.first_mut()
    {
        *child = format!("ONBUILD-CHILD:{}", child.to_lowercase());
    }
    args
}
