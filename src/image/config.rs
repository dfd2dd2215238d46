//! What the configuration of an image says: how containers start, and which instruction made which layer.

use serde::Deserialize;

use super::ImageError;

/// How containers of an image start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// `linux/amd64`, `linux/arm/v7`.
    pub platform: String,
    /// `USER`, as written; empty for none.
    pub user: String,
    /// `NAME` and value.
    pub env: Vec<(String, String)>,
    /// `ENTRYPOINT`
    pub entrypoint: Vec<String>,
    /// `CMD`
    pub cmd: Vec<String>,
    /// `WORKDIR`; `/` where there is none.
    pub workdir: String,
    /// All instructions, the first one first.
    pub history: Vec<Step>,
    /// The digests of the layers' contents, the lowest first.
    pub diff_ids: Vec<String>,
}

/// An instruction that made the image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Without what the builder adds; empty where it is not known.
    pub instruction: String,
    /// It changed no file.
    pub is_empty: bool,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    architecture: String,
    #[serde(default)]
    os: String,
    variant: Option<String>,
    config: Option<Inner>,
    history: Option<Vec<Written>>,
    rootfs: Option<RootFs>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Inner {
    user: Option<String>,
    env: Option<Vec<String>>,
    entrypoint: Option<Vec<String>>,
    cmd: Option<Vec<String>>,
    working_dir: Option<String>,
}

#[derive(Deserialize)]
struct Written {
    created_by: Option<String>,
    #[serde(default)]
    empty_layer: bool,
}

#[derive(Default, Deserialize)]
struct RootFs {
    #[serde(default)]
    diff_ids: Vec<String>,
}

impl Config {
    /// Reads the document called `name`.
    pub(super) fn read(bytes: &[u8], name: &str) -> Result<Self, ImageError> {
        let file: File = serde_json::from_slice(bytes)
            .map_err(|it| ImageError::at(name, format_args!("not the configuration of an image: {it}")))?;
        let inner = file.config.unwrap_or_default();
        let pair = |it: &String| it.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        let workdir = inner.working_dir.filter(|it| !it.is_empty()).unwrap_or_else(|| "/".to_owned());
        Ok(Self {
            platform: platform(&file.os, &file.architecture, file.variant.as_deref()),
            user: inner.user.unwrap_or_default(),
            env: inner.env.iter().flatten().filter_map(pair).collect(),
            entrypoint: inner.entrypoint.unwrap_or_default(),
            cmd: inner.cmd.unwrap_or_default(),
            workdir: crate::paths::absolute("/", &workdir),
            history: file.history.into_iter().flatten().map(step).collect(),
            diff_ids: file.rootfs.unwrap_or_default().diff_ids,
        })
    }

    /// The value of a variable.
    #[must_use]
    pub fn env_value(&self, name: &str) -> Option<&str> {
        self.env.iter().rev().find(|it| it.0 == name).map(|it| it.1.as_str())
    }

    /// The instruction that made each of `n_layers`; none where the history does not fit their number.
    pub(super) fn instructions(&self, n_layers: usize) -> Vec<Option<String>> {
        let made: Vec<&Step> = self.history.iter().filter(|it| !it.is_empty).collect();
        if made.len() != n_layers {
            return vec![None; n_layers];
        }
        made.into_iter().map(|it| Some(it.instruction.clone()).filter(|it| !it.is_empty())).collect()
    }
}

/// `linux/arm64`; arm64's only variant says nothing.
pub(super) fn platform(os: &str, architecture: &str, variant: Option<&str>) -> String {
    let variant = variant.filter(|it| !matches!((architecture, *it), (_, "") | ("arm64", "v8")));
    [Some(os), Some(architecture), variant].into_iter().flatten().collect::<Vec<_>>().join("/")
}

fn step(written: Written) -> Step {
    Step { instruction: cleaned(&written.created_by.unwrap_or_default()), is_empty: written.empty_layer }
}

/// The instruction without what Docker's old builder and BuildKit put around it.
fn cleaned(created_by: &str) -> String {
    let text = created_by.trim().trim_end_matches("# buildkit").trim();
    if let Some((_, rest)) = text.split_once("#(nop)") {
        return rest.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    // `RUN |1 NPM_TOKEN=x /bin/sh -c npm ci`: the arguments that the step was given.
    let (is_run, rest) = match text.strip_prefix("RUN ") {
        Some(rest) => (true, rest),
        None => (text.starts_with("/bin/sh -c ") || text.starts_with('|'), text),
    };
    let command = match rest.split_once("/bin/sh -c ") {
        Some((before, command)) if is_run && !before.is_empty() => {
            format!("{}{command}", arguments(before))
        }
        Some((_, command)) if is_run => command.to_owned(),
        _ => rest.to_owned(),
    };
    let command = command.split_whitespace().collect::<Vec<_>>().join(" ");
    if is_run { format!("RUN {command}") } else { command }
}

/// `|1 NPM_TOKEN=x ` as `NPM_TOKEN=x `.
fn arguments(before: &str) -> String {
    match before.strip_prefix('|') {
        Some(rest) => rest.trim_start_matches(|it: char| it.is_ascii_digit()).trim_start().to_owned(),
        None => before.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::cleaned;

    #[test]
    fn what_builders_add_goes() {
        for (written, expected) in [
            ("/bin/sh -c #(nop)  CMD [\"node\"]", "CMD [\"node\"]"),
            ("/bin/sh -c #(nop) ADD file:1a2b in / ", "ADD file:1a2b in /"),
            ("/bin/sh -c npm ci", "RUN npm ci"),
            ("RUN /bin/sh -c npm ci   && true # buildkit", "RUN npm ci && true"),
            ("RUN |1 NPM_TOKEN=x /bin/sh -c npm ci # buildkit", "RUN NPM_TOKEN=x npm ci"),
            ("|1 A=b /bin/sh -c npm ci", "RUN A=b npm ci"),
            ("COPY . . # buildkit", "COPY . ."),
            ("WORKDIR /app", "WORKDIR /app"),
            ("", ""),
        ] {
            assert_eq!(cleaned(written), expected, "{written}");
        }
    }
}
