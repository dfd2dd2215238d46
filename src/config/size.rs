//! Sizes as people write them: `200MB`, `1.5 GiB`.

const UNITS: &[(&str, u64)] = &[
    ("b", 1),
    ("kb", 1000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
    ("kib", 1 << 10),
    ("mib", 1 << 20),
    ("gib", 1 << 30),
];

/// The bytes that `written` means: a number, perhaps with a fraction, and a unit, of which thousands are meant as Docker does
/// (`MB`) or those of 1024 (`MiB`).
///
/// # Errors
/// What is wrong, with an example.
pub fn parse_size(written: &str) -> Result<u64, String> {
    let text = written.trim().to_ascii_lowercase();
    let split = text.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(text.len());
    let (number, unit) = (text[..split].parse::<f64>(), text[split..].trim());
    let unit = UNITS.iter().find(|it| it.0 == unit || (unit.is_empty() && it.1 == 1));
    match (number, unit) {
        (Ok(number), Some((_, unit))) if number > 0.0 && number * (*unit as f64) < 1e18 => {
            Ok((number * *unit as f64) as u64)
        }
        _ => Err(format!("`{written}` is not a size; write `200MB`, `1.5GB` or `512MiB`")),
    }
}

/// `bytes` as a person reads them, in thousands.
#[must_use]
pub fn size(bytes: u64) -> String {
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB")];
    match units.iter().find(|it| bytes >= it.0) {
        Some((unit, name)) => {
            let tenths = u128::from(bytes) * 10 / u128::from(*unit);
            if tenths < 1000 {
                format!("{}.{} {name}", tenths / 10, tenths % 10)
            } else {
                format!("{} {name}", tenths / 10)
            }
        }
        None => format!("{bytes} B"),
    }
}

#[cfg(test)]
mod tests {
    use super::{parse_size, size};

    #[test]
    fn both_ways() {
        for (written, bytes) in [("200MB", 200_000_000), ("1.5 GiB", 3 << 29), ("10", 10), ("7 kb", 7000)] {
            assert_eq!(parse_size(written), Ok(bytes), "{written}");
        }
        for wrong in ["", "MB", "-1MB", "10 parsecs", "1e99GB", "0"] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
        for (bytes, shown) in
            [(0, "0 B"), (999, "999 B"), (1234, "1.2 kB"), (274_452_480, "274 MB"), (2_100_000_000, "2.1 GB")]
        {
            assert_eq!(size(bytes), shown);
        }
    }
}
