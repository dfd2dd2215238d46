//! Texts without what differs from build to build: numbers, hashes, ids.

/// `text` with every word that has a digit, or looks random, as one sign; such words that hyphens, dots or underscores join
/// are one.
pub(super) fn masked(text: &str) -> String {
    let mut res = String::with_capacity(text.len());
    for line in text.lines() {
        res.push_str(&masked_line(line));
        res.push('\n');
    }
    res
}

const MASK: char = '·';

fn masked_line(line: &str) -> String {
    let mut res = String::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|it: char| it.is_ascii_alphanumeric() != first.is_ascii_alphanumeric());
        let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
        if first.is_ascii_alphanumeric() && is_random(word) {
            push_mask(&mut res)
        } else {
            res.push_str(word)
        }
        rest = after;
    }
    res
}

fn push_mask(res: &mut String) {
    let joined = res.trim_end_matches(['-', '_', '.', ':', '+', '/']);
    if joined.ends_with(MASK) {
        res.truncate(joined.len());
    } else {
        res.push(MASK);
    }
}

/// A number, a hash; `DiwrgTda` as well, which is a hash without a digit in it.
fn is_random(word: &str) -> bool {
    let has_digit = word.bytes().any(|it| it.is_ascii_digit());
    let upper_after_lower =
        word.as_bytes().windows(2).filter(|it| it[0].is_ascii_lowercase() && it[1].is_ascii_uppercase());
    has_digit || (word.len() >= 8 && word.len() <= 24 && upper_after_lower.count() > 0)
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn what_a_build_makes_up_is_masked() {
        for (one, other) in [
            ("/assets/index-DiwrgTda.js", "/assets/index-B1x9zz.js"),
            ("main.3f2a1b.css", "main.77aa01.css"),
            ("listening on 3000 at 12:03:11.5", "listening on 4000 at 1:03"),
            ("nonce=\"ab12\"", "nonce=\"00ff\""),
        ] {
            assert_eq!(masked(one), masked(other), "{one}");
        }
    }

    #[test]
    fn words_stay() {
        for (one, other) in [("hello world", "hello there"), ("<title>Shop</title>", "<title>Error</title>"), ("a", "")]
        {
            assert_ne!(masked(one), masked(other), "{one}");
        }
    }
}
