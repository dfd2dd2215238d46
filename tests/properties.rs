//! Properties that hold for any text.

use nodestage::shell;
use nodestage::syntax::{Instruction, Kind, Word, parse};
use nodestage::text::TextRange;
use proptest::prelude::*;

/// Text that looks a little like a Dockerfile.
fn dockerfile_like() -> impl Strategy<Value = String> {
    let pieces = [
        "FROM ",
        "node:20",
        " AS x",
        "RUN ",
        "COPY ",
        "ENV ",
        "a=b",
        "CMD ",
        "[\"a\"",
        ", \"\\u00e9\"]",
        "ONBUILD ",
        "HEALTHCHECK ",
        "--mount=type=cache",
        "--from='é'",
        " ",
        "\t",
        "\n",
        "\r\n",
        "\\\n",
        "\\",
        "# c\n",
        "<<EOF",
        "<<-'é'",
        "EOF\n",
        "é",
        "\u{a0}",
        "\"",
        "'",
        "$",
        "${a:-",
        "}",
        "`",
        "(",
        ")",
        "&&",
        "||",
        ";",
        "if ",
        "fi",
        "# escape=`\n",
        "\u{feff}",
        "sh -c '",
        "npm ci",
        "@sha256:0",
        ":",
        "/",
        "\0",
        "🍄",
    ];
    let piece = prop_oneof![4 => proptest::sample::select(pieces.to_vec()).prop_map(str::to_owned), 1 => ".{0,3}"];
    proptest::collection::vec(piece, 0..40).prop_map(|it| it.concat())
}

fn check(text: &str) {
    let parsed = parse(text);
    let mut at = 0;
    for item in &parsed.dockerfile.items {
        assert_eq!(usize::from(item.range().start()), at);
        at = item.range().end().into();
    }
    assert_eq!(at, text.len());
    parsed.errors.iter().for_each(|it| on_boundaries(text, it.range));
    for instruction in parsed.dockerfile.instructions() {
        check_instruction(text, instruction);
        if let Kind::Run(form) | Kind::Cmd(form) | Kind::Entrypoint(form) = &instruction.kind {
            let script = shell::script(text, &parsed.dockerfile, instruction, form);
            let words = script.commands.iter().flat_map(|it| &it.words);
            words.for_each(|it| on_boundaries(text, it.range));
            script.commands.iter().for_each(|it| on_boundaries(text, it.range));
        }
    }
}

fn check_instruction(text: &str, instruction: &Instruction) {
    let whole = instruction.range;
    for part in [instruction.content, instruction.keyword.range, instruction.operands] {
        on_boundaries(text, part);
        assert!(whole.contains_range(part), "{part:?} is in {whole:?} of {text:?}");
    }
    let flags = instruction.flags.iter().map(|it| it.range);
    let heredocs = instruction.heredocs.iter().flat_map(|it| [Some(it.opening), it.body]).flatten();
    let skipped = instruction.comments.iter().chain(&instruction.blanks).copied();
    flags.chain(heredocs).chain(skipped).chain(words(&instruction.kind)).for_each(|it| {
        on_boundaries(text, it);
        assert!(whole.contains_range(it), "{it:?} is in {whole:?} of {text:?}");
    });
    if let Kind::Onbuild(child) = &instruction.kind {
        check_instruction(text, child);
    }
}

fn words(kind: &Kind) -> Vec<TextRange> {
    let list: Vec<&Word> = match kind {
        Kind::From(it) => [Some(&it.image), Some(&it.reference.repository)].into_iter().flatten().collect(),
        Kind::Copy(it) | Kind::Add(it) => it.sources.iter().chain([&it.destination]).collect(),
        Kind::Env(it) | Kind::Arg(it) | Kind::Label(it) => it.iter().map(|it| &it.key).collect(),
        Kind::Expose(it) | Kind::Volume(it) | Kind::Shell(it) => it.iter().collect(),
        Kind::User(it) | Kind::Workdir(it) | Kind::Stopsignal(it) | Kind::Maintainer(it) => vec![it],
        _ => Vec::new(),
    };
    list.into_iter().map(|it| it.range).collect()
}

fn on_boundaries(text: &str, range: TextRange) {
    assert!(text.get(std::ops::Range::<usize>::from(range)).is_some(), "{range:?} of {text:?}");
}

proptest! {
    #[test]
    fn any_text_is_tiled(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn any_dockerfile_is_tiled(text in dockerfile_like()) {
        check(&text);
    }

    #[test]
    fn any_script_is_read(text in dockerfile_like()) {
        for command in shell::script_of_text(&text).commands {
            on_boundaries(&text, command.range);
            command.words.iter().for_each(|it| on_boundaries(&text, it.range));
        }
    }
}
