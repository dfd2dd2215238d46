//! Positions in three encodings, with characters of every length and every way to end a line.

use serde_json::{Value, json};

use crate::bed::{Bed, codes};
use crate::buffer::{Unit, apply, slice};
use crate::clients::{fix_all, fixed};

/// A comment in front of what is found makes every column and line count.
const TEXTS: &[(&str, &str)] = &[
    ("plain", "FROM node:22-slim\nWORKDIR /app\nCOPY . .\nRUN echo '£ अ 🍄' && npm install\nCMD npm start\n"),
    (
        "crlf",
        "# £ अ 🍄\r\nFROM node:22-slim\r\nWORKDIR /app\r\nCOPY . .\r\nRUN echo '🍄' && npm install\r\nCMD npm start\r\n",
    ),
    (
        "lone cr",
        "# £\rअ\r🍄\nFROM node:22-slim\nWORKDIR /app\nCOPY . .\nRUN echo 'a\r🍄' && npm install\nCMD npm start\n",
    ),
    ("bom", "\u{feff}# 🍄\nFROM node:22-slim\nWORKDIR /app\nCOPY . .\nRUN echo अ && npm install\nCMD npm start"),
    ("bom first", "\u{feff}FROM node:22-slim\nWORKDIR /app\nCOPY . .\nRUN echo £ && npm install\nCMD npm start\n"),
];

async fn start(unit: Unit, text: &str) -> Bed {
    let capabilities = json!({ "general": { "positionEncodings": [unit.name()] } });
    let mut bed = Bed::on_fixture(capabilities, "express-typescript").await;
    bed.write("Dockerfile", text);
    bed.open("Dockerfile", "dockerfile").await;
    bed
}

#[tokio::test]
async fn ranges_cover_what_they_speak_of() {
    for (name, text) in TEXTS {
        for unit in Unit::ALL {
            let mut bed = start(unit, text).await;
            let found = bed.pushed("Dockerfile").await["diagnostics"].take();
            let of = |code: &str| -> Value {
                let at = codes(&found).iter().position(|it| *it == code);
                found[at.unwrap_or_else(|| panic!("{name}: {code} is not found: {found}"))]["range"].clone()
            };
            assert_eq!(slice(text, &of("unfrozen-install"), unit), "npm install", "{name} {unit:?}");
            assert_eq!(slice(text, &of("package-manager-start"), unit), "CMD npm start", "{name} {unit:?}");
            bed.finish().await;
        }
    }
}

#[tokio::test]
async fn edits_make_what_the_command_line_makes() {
    for (name, text) in TEXTS {
        for unit in Unit::ALL {
            let mut bed = start(unit, text).await;
            bed.pushed("Dockerfile").await;
            let action = fix_all(&mut bed).await;
            let edits = &action["edit"]["changes"][bed.uri("Dockerfile")];
            let new = apply(text, edits, unit);
            assert_eq!(new, fixed(&bed), "{name} {unit:?}");
            assert_ne!(new, *text);
            bed.finish().await;
        }
    }
}
