//! Go's durations, as HEALTHCHECK's flags take them.

/// The nanoseconds of `30s`, `1m30s`, `1.5h`…
pub(super) fn parse(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let sign = if text.starts_with('-') { -1.0 } else { 1.0 };
    if unsigned == "0" {
        return Some(0.0);
    }
    let (mut rest, mut total) = (unsigned, 0.0);
    while !rest.is_empty() {
        let (part, behind) = part(rest)?;
        total += part;
        rest = behind;
    }
    (!unsigned.is_empty()).then_some(sign * total)
}

/// The first number with its unit, and the rest.
fn part(text: &str) -> Option<(f64, &str)> {
    let digits_end = text.find(|it: char| !it.is_ascii_digit() && it != '.')?;
    let number: f64 = text[..digits_end].parse().ok()?;
    let rest = &text[digits_end..];
    let unit_end = rest.find(|it: char| it.is_ascii_digit() || it == '.').unwrap_or(rest.len());
    let unit = match &rest[..unit_end] {
        "ns" => 1.0,
        "us" | "µs" | "μs" => 1e3,
        "ms" => 1e6,
        "s" => 1e9,
        "m" => 6e10,
        "h" => 3.6e12,
        _ => return None,
    };
    Some((number * unit, &rest[unit_end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_reads_these() {
        let cases = [("30s", 3e10), ("1m30s", 9e10), ("1.5h", 5.4e12), ("0", 0.0), ("-1ms", -1e6), (".5s", 5e8)];
        for (text, want) in cases {
            assert_eq!(parse(text), Some(want), "{text}");
        }
    }

    #[test]
    fn go_refuses_these() {
        for text in ["", "30", "s", "1x", "1 s", "${X}", "-"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
