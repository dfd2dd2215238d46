//! JSON with comments and trailing commas, as configuration files are written.

use jsonc_parser::ParseOptions;
use serde_json::Value;

/// Reads the text; an error is its line (from 1). An empty text is `null`.
pub(super) fn loose(text: &str) -> Result<Value, usize> {
    let options = ParseOptions { allow_single_quoted_strings: false, ..ParseOptions::default() };
    let parsed = jsonc_parser::parse_to_ast(text, &Default::default(), &options).map_err(|it| it.line_display())?;
    Ok(parsed.value.map_or(Value::Null, Value::from))
}
