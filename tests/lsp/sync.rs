//! The server's text is the client's, whatever is typed.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRng, TestRunner};
use serde_json::{Value, json};

use crate::bed::Bed;
use crate::buffer::{Unit, position};

/// Edits in all, over all sessions. Each session ends with a look at what the server makes of its text.
const N_EDITS: usize = 100_000;
const N_SESSIONS: usize = 250;

/// One edit: where, how much goes (both as parts of the text), and what comes.
#[derive(Clone, Debug)]
struct Typed {
    at: f64,
    length: usize,
    new: String,
}

/// Pieces of Dockerfiles, and of what breaks them.
fn typed() -> impl Strategy<Value = Typed> {
    let pieces = prop_oneof![
        Just(""),
        Just("\n"),
        Just("\r\n"),
        Just("\r"),
        Just(" "),
        Just("\\\n"),
        Just("£"),
        Just("अ"),
        Just("🍄"),
        Just("# "),
        Just("\""),
        Just("'"),
        Just("["),
        Just("]"),
        Just("$"),
        Just("${A"),
        Just("}"),
        Just("<<EOF\n"),
        Just("EOF\n"),
        Just("FROM node:22 AS build\n"),
        Just("FROM build\n"),
        Just("RUN npm ci\n"),
        Just("COPY . .\n"),
        Just("COPY --from=build /app .\n"),
        Just("RUN npm run build"),
        Just("USER "),
        Just("ENV NODE_ENV=production\n"),
        Just("CMD [\"node\", \"dist/server.js\"]\n"),
        Just("WORKDIR /app\n"),
        Just("\u{feff}"),
        Just("&& "),
        Just("\t"),
    ];
    (0.0..1.0, prop_oneof![3 => Just(0usize), 1 => 0usize..6, 1 => 0usize..60], pieces)
        .prop_map(|(at, length, new)| Typed { at, length, new: new.to_owned() })
}

/// The byte at part `at` of the text, at the start of a character.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|it| text.is_char_boundary(*it)).unwrap_or(0)
}

/// Applies one edit to the client's text and gives the change that tells the server.
fn change(text: &mut String, edit: &Typed, unit: Unit) -> Value {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place in a small text"
    )]
    let start = boundary(text, (edit.at * text.len() as f64) as usize);
    let end = boundary(text, start + edit.length);
    let range = json!({ "start": position(text, start, unit), "end": position(text, end, unit) });
    // A range that starts or ends between CR and LF stands at no position that a client can name.
    let inside = |at: usize| text[..at].ends_with('\r') && text[at..].starts_with('\n');
    if inside(start) || inside(end) {
        return Value::Null;
    }
    text.replace_range(start..end, &edit.new);
    json!({ "range": range, "text": edit.new })
}

#[tokio::test(flavor = "current_thread")]
async fn a_hundred_thousand_random_edits() {
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(Default::default()));
    let per_session = N_EDITS / N_SESSIONS;
    for session in 0..N_SESSIONS {
        let edits = prop::collection::vec(typed(), per_session);
        let edits = edits.new_tree(&mut runner).expect("edits").current();
        check(Unit::ALL[session % 3], &edits).await;
    }
}

/// Types all of it, several edits a message, and compares what the server says of it in the end with what
/// a new server says of the same text.
async fn check(unit: Unit, edits: &[Typed]) {
    let capabilities = json!({
        "general": { "positionEncodings": [unit.name()] },
        "textDocument": { "diagnostic": {} },
    });
    let mut bed = Bed::on_fixture(capabilities.clone(), "express-typescript").await;
    let mut text = bed.open("Dockerfile", "dockerfile").await;
    for (version, some) in edits.chunks(7).enumerate() {
        if text.len() > 3000 {
            text = bed.read("Dockerfile");
            bed.replace("Dockerfile", i32::try_from(version).unwrap() + 2, &text).await;
        }
        let changes = some.iter().map(|it| change(&mut text, it, unit)).filter(|it| !it.is_null()).collect();
        bed.change("Dockerfile", i32::try_from(version).unwrap() + 2, changes).await;
        if version % 20 == 0 {
            let _ = bed.pull("Dockerfile").await;
        }
    }
    let typed = bed.pull("Dockerfile").await;
    bed.open_text("Dockerfile.fresh", "dockerfile", &text).await;
    let fresh = bed.pull("Dockerfile.fresh").await;
    let plain = |it: &Value| it["items"].to_string().replace("Dockerfile.fresh", "Dockerfile");
    assert_eq!(plain(&typed), plain(&fresh), "{unit:?} {text:?}");
    assert_eq!(fresh_check(&bed, &text), typed["items"].as_array().unwrap().len(), "{text:?}");
    bed.finish().await;
}

/// How many diagnostics the engine has for the text, asked without a server.
fn fresh_check(bed: &Bed, text: &str) -> usize {
    use std::sync::Arc;
    let path = bed.path("Dockerfile");
    let input = nodestage::linter::load(Arc::new(nodestage::project::Disk), &path, text.to_owned(), Default::default());
    nodestage::linter::check(&input).diagnostics.len()
}
