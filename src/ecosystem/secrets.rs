//! What names and texts say of secrets.

/// Where npm reads its settings, and tokens with them.
pub(crate) const NPM_SETTINGS: &str = ".npmrc";

/// The same for all users: `/usr/local/etc/npmrc`.
const GLOBAL_NPM_SETTINGS: &str = "npmrc";

/// Ends of the names of variables that hold one.
const ENDS: &[&str] = &[
    "TOKEN",
    "SECRET",
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "API_KEY",
    "APIKEY",
    "ACCESS_KEY",
    "SECRET_KEY",
    "PRIVATE_KEY",
    "ENCRYPTION_KEY",
    "CREDENTIALS",
];

/// Starts of the names that a build writes into the pages that everybody gets.
const PUBLIC: &[&str] =
    &["NEXT_PUBLIC_", "VITE_", "REACT_APP_", "PUBLIC_", "NUXT_PUBLIC_", "VUE_APP_", "GATSBY_", "EXPO_PUBLIC_"];

/// Texts that stand in for a value.
const PLACEHOLDERS: &[&str] = &[
    "admin",
    "build",
    "change",
    "default",
    "development",
    "dummy",
    "empty",
    "example",
    "fake",
    "false",
    "foo",
    "guest",
    "insert",
    "local",
    "mock",
    "none",
    "null",
    "password",
    "placeholder",
    "postgres",
    "replace",
    "root",
    "sample",
    "secret",
    "skip",
    "test",
    "todo",
    "true",
    "undefined",
    "unused",
    "xxx",
    "your",
];

/// Whether a variable of that name holds a secret: `NPM_TOKEN`, `DB_PASSWORD`.
pub(crate) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let ends = |end: &&str| name.strip_suffix(*end).is_some_and(|it| it.is_empty() || it.ends_with('_'));
    let is_public =
        PUBLIC.iter().any(|it| name.starts_with(it)) || name.contains("PUBLIC") || name.contains("PUBLISHABLE");
    // Numbers of tokens, as those who pay for them count them.
    let counts = ["MAX_", "MIN_", "NUM_"].iter().any(|it| name.starts_with(it));
    !is_public && !counts && ENDS.iter().any(ends)
}

/// Whether a value is known to be no secret: none at all, or a text that stands in for one.
pub(crate) fn is_placeholder(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    let is_number = value.len() < 6 && value.chars().all(|it| it.is_ascii_digit());
    value.starts_with('<') || is_number || PLACEHOLDERS.iter().any(|it| value.contains(it))
}

/// Whether an address has a password in it, for a server that is not the machine itself: `postgres://shop:s3cr9t@db.example.com`.
pub(crate) fn has_password(value: &str) -> bool {
    let Some((user, password, host)) = value.split_once("://").and_then(|(_, rest)| {
        let (before, host) = rest.split('/').next()?.rsplit_once('@')?;
        let (user, password) = before.split_once(':')?;
        Some((user, password, host))
    }) else {
        return false;
    };
    let is_here = ["localhost", "127.0.0.1", "host.docker.internal"].iter().any(|it| host.starts_with(it));
    !is_here
        && !password.is_empty()
        && password != user
        && !password.contains(['$', '{', '*'])
        && !is_placeholder(password)
}

/// Whether text of an .npmrc holds a token, and not only a variable for one.
pub(crate) fn holds_token(npmrc: &str) -> bool {
    let lines = npmrc.lines().map(str::trim).filter(|it| !it.starts_with(['#', ';']));
    let values = lines.filter_map(|it| it.split_once('=')).filter(|(key, _)| {
        let key = key.trim();
        ["_authToken", "_auth", "_password"].iter().any(|it| key.ends_with(it))
    });
    let mut values = values.map(|(_, value)| value.trim().trim_matches('"'));
    values.any(|it| !it.is_empty() && !it.contains('$') && !is_placeholder(it))
}

/// Files of settings in which tokens stand.
const SETTINGS: &[&str] = &[NPM_SETTINGS, GLOBAL_NPM_SETTINGS, ".yarnrc.yml", ".netrc", ".git-credentials", ".pypirc"];

/// Whether a file of that name may have tokens among its settings.
pub(crate) fn is_settings(name: &str) -> bool {
    SETTINGS.contains(&name)
}

/// Whether the file at `path` may be a private key.
pub(crate) fn may_be_key(path: &str) -> bool {
    let name = crate::paths::file_name(path);
    path.contains("/.ssh/") || name.starts_with("id_") || [".pem", ".key"].iter().any(|it| name.ends_with(it))
}

/// Starts of tokens that say whose they are, and how many characters follow at least.
const TOKENS: &[(&str, usize)] = &[
    ("npm_", 36),
    ("ghp_", 36),
    ("gho_", 36),
    ("ghs_", 36),
    ("github_pat_", 40),
    ("glpat-", 20),
    ("AKIA", 16),
    ("xoxb-", 24),
];

/// Whether a text has a token in it that says itself that it is one.
pub(crate) fn has_token(text: &str) -> bool {
    let is_part = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-');
    let mut words = text.split(|it: char| !is_part(it));
    words.any(|word| TOKENS.iter().any(|(start, n)| word.strip_prefix(start).is_some_and(|it| it.len() >= *n)))
}

/// Whether the text of a file called `name` gives away a token.
pub(crate) fn gives_away(name: &str, text: &str) -> bool {
    let by_kind = match name {
        NPM_SETTINGS | GLOBAL_NPM_SETTINGS => holds_token(text),
        ".netrc" => text.split_whitespace().any(|it| it == "password"),
        ".git-credentials" => text.lines().any(|it| it.contains("://") && it.contains('@')),
        _ => yaml_token(text),
    };
    by_kind || has_token(text)
}

/// `npmAuthToken: "x"` of a .yarnrc.yml.
fn yaml_token(text: &str) -> bool {
    let pairs = text.lines().filter_map(|it| it.trim().split_once(':'));
    let mut values = pairs.filter(|it| matches!(it.0, "npmAuthToken" | "npmAuthIdent" | "password"));
    values.any(|(_, value)| {
        let value = value.trim().trim_matches(['"', '\'']);
        !value.is_empty() && !value.contains('$') && !is_placeholder(value)
    })
}

/// An instruction with the values of secrets left out, so that it can be shown; and the names of those that it has.
pub(crate) fn without_values(instruction: &str) -> (String, Vec<String>) {
    let mut names = Vec::new();
    let shown = instruction.split(' ').map(|word| {
        let Some((name, value)) = word.split_once('=') else {
            let is_told = has_token(word) || has_password(word.trim_matches(['"', '\'']));
            return if is_told { "***".to_owned() } else { word.to_owned() };
        };
        let key = name.rsplit(':').next().unwrap_or(name).trim_start_matches(['-', '"', '\'']);
        let bare = value.trim_matches(['"', '\'']);
        let is_told = is_secret(key) || ["_authToken", "_auth", "_password"].contains(&key);
        let is_value = !bare.is_empty() && !bare.starts_with(['$', '/']) && !is_placeholder(bare);
        if (is_told && is_value) || has_token(value) || has_password(bare) {
            names.push(key.to_owned());
            return format!("{name}=***");
        }
        word.to_owned()
    });
    let shown = shown.collect::<Vec<_>>().join(" ");
    (shown, names)
}

/// Whether a .env of that name is for tests, whose secrets open nothing.
pub(crate) fn is_for_tests(file_name: &str) -> bool {
    file_name.split('.').any(|it| matches!(it, "test" | "e2e" | "ci"))
}

/// Whether text of a .env gives a secret a value.
pub(crate) fn holds_secret(env: &str) -> bool {
    let lines = env.lines().map(|it| it.trim().trim_start_matches("export "));
    let mut pairs = lines.filter(|it| !it.starts_with('#')).filter_map(|it| it.split_once('='));
    pairs.any(|(name, value)| {
        let value = value.trim().trim_matches(['"', '\'']);
        is_secret(name.trim()) && !value.is_empty() && !value.contains('$') && !is_placeholder(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for name in
            ["NPM_TOKEN", "token", "GH_TOKEN", "DB_PASSWORD", "STRIPE_API_KEY", "AWS_SECRET_ACCESS_KEY", "JWT_SECRET"]
        {
            assert!(is_secret(name), "{name}");
        }
        for name in [
            "NEXT_PUBLIC_API_KEY",
            "VITE_SENTRY_TOKEN",
            "STRIPE_PUBLISHABLE_API_KEY",
            "PASSWORD_FILE",
            "TOKEN_TTL",
            "MAX_TOKEN",
            "SECRET_MANAGER_ARN",
            "KEY",
            "TOKENS_PER_SECOND",
            "BROKEN",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn texts() {
        assert!(holds_token("//registry.npmjs.org/:_authToken=npm_a8s7d6f5\n"));
        assert!(!holds_token(
            "//registry.npmjs.org/:_authToken=${NPM_TOKEN}\nlegacy-peer-deps=true\n# _authToken=abc\n"
        ));
        assert!(holds_secret("PORT=3000\nexport DB_PASSWORD=\"s3cr9t\"\n"));
        assert!(!holds_secret("PORT=3000\nDB_PASSWORD=\nJWT_SECRET=change-me\nAPI_KEY=$OTHER\n# GH_TOKEN=ghp_1\n"));
        assert!(has_password("postgres://shop:hunter2@db.example.com:5432/shop"));
        for value in [
            "postgres://shop:hunter2@localhost/shop",
            "postgres://shop:shop@db/shop",
            "postgres://user:password@db/shop",
            "mongodb://db:27017/shop",
            "redis://:$PASS@cache:6379",
            "https://example.com/a@b:c",
        ] {
            assert!(!has_password(value), "{value}");
        }
        let clone = "RUN git clone https://bot:hunter2x@git.example.com/a";
        assert_eq!(without_values(clone).0, "RUN git clone ***");
        assert!(is_placeholder("change-me") && is_placeholder("1234") && !is_placeholder("ghp_aB3"));
    }
}
