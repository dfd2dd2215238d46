//! .npmrc: the lines that change an install.

/// `key=value` lines, secrets left out.
pub(super) fn read(text: &str) -> Vec<(String, String)> {
    let lines = text.lines().map(str::trim).filter(|it| !it.starts_with(['#', ';', '[']) && !it.is_empty());
    let pairs = lines.map(|it| it.split_once('=').unwrap_or((it, "true")));
    let pairs = pairs.map(|(key, value)| (key.trim().to_owned(), value.trim().trim_matches('"').to_owned()));
    pairs.filter(|(key, _)| !is_secret(key)).collect()
}

fn is_secret(key: &str) -> bool {
    let key = key.rsplit(':').next().unwrap_or(key).to_ascii_lowercase();
    ["_auth", "_password", "username", "token", "certfile", "keyfile"].iter().any(|it| key.contains(it))
        || matches!(key.as_str(), "cert" | "key" | "email" | "otp")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_left_out() {
        let text = "# x\n//registry.example/:_authToken=${NPM_TOKEN}\nlegacy-peer-deps = true\nengine-strict\n";
        let expected = [("legacy-peer-deps", "true"), ("engine-strict", "true")];
        assert_eq!(read(text), expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
    }
}
