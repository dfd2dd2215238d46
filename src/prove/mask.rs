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

/// What a page says to a reader: its text and its tags, without scripts, styles, links and comments. A page of a development
/// server and the same one built differ in these.
pub(super) fn visible(html: &str) -> String {
    const HIDDEN: [(&str, &str); 5] =
        [("<!--", "-->"), ("<script", "</script>"), ("<style", "</style>"), ("<link", ">"), ("<meta", ">")];
    // ASCII letters alone change, so places stay what they are.
    let lower = html.to_ascii_lowercase();
    let (mut res, mut at) = (String::new(), 0);
    while let Some((open, close)) = HIDDEN.iter().filter_map(|it| Some((lower[at..].find(it.0)?, it.1))).min() {
        res.push_str(&html[at..at + open]);
        let end = lower[at + open..].find(close).map(|it| at + open + it + close.len());
        at = end.unwrap_or(html.len());
    }
    res.push_str(&html[at..]);
    let words: Vec<&str> = res.split_whitespace().collect();
    masked(&words.join(" ").replace("> ", ">").replace(" <", "<"))
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
    use super::{masked, visible};

    #[test]
    fn a_page_for_development_and_the_same_one_built() {
        let dev = "<!doctype html>\n<html>\n  <head>\n    <script type=\"module\" src=\"/@vite/client\"></script>\n    <title>Shop</title>\n  </head>\n  <body>\n    <div id=\"root\"></div>\n    <script src=\"/src/main.jsx\"></script>\n  </body>\n</html>\n";
        let built = "<!doctype html><html><head><title>Shop</title><LINK rel=stylesheet href=/a.css><script src=/assets/index-a1.js></script></head><body><div id=\"root\"></div></body></html>";
        assert_eq!(visible(dev), visible(built));
        assert_ne!(visible(dev), visible(&built.replace("Shop", "Error")));
        assert_eq!(visible("a <!-- b"), "a\n");
    }

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
