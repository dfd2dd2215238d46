//! Building one Dockerfile.

use std::ffi::OsString;
use std::time::{Duration, Instant};

use super::cleanup::Scratch;
use super::{BuildFailure, FailureKind, Options, ProveError, Variant};

/// Nobody waits longer for a build.
const LIMIT: Duration = Duration::from_secs(60 * 60);

/// Builds `variant` as the image `name`, and says how long that took.
///
/// # Errors
/// Where there is nothing to build with; a build that fails is no such error.
pub(super) fn build(
    scratch: &Scratch,
    variant: &Variant,
    options: &Options,
    name: &str,
) -> Result<Result<Duration, BuildFailure>, ProveError> {
    let dockerfile = scratch.write("Dockerfile", variant.text.as_bytes())?;
    // Beside the Dockerfile it counts before the one of the context, and an empty one keeps that from being read.
    let ignore = scratch.write("Dockerfile.dockerignore", variant.ignore.as_deref().unwrap_or_default())?;
    let mut arguments: Vec<OsString> = ["build", "--tag", name, "--label", &scratch.label()].map(OsString::from).into();
    if scratch.engine.program == "podman" {
        arguments.extend(["--ignorefile".into(), ignore.clone().into()]);
    } else {
        arguments.push("--progress=plain".into());
    }
    arguments.extend(["--file".into(), dockerfile.clone().into()]);
    arguments.extend(flags(variant, options));
    arguments.push(options.context.clone().into());
    let start = Instant::now();
    let said = scratch.engine.call(&arguments, LIMIT)?;
    [dockerfile, ignore].iter().for_each(|it| scratch.forget(it));
    Ok(match (said.is_success, said.is_late) {
        (true, _) => Ok(start.elapsed()),
        (_, true) => Err(BuildFailure { kind: FailureKind::Late, step: None, lines: Vec::new() }),
        _ => Err(BuildFailure::read(&(said.stdout + &said.stderr))),
    })
}

/// What the user gave, and the target.
fn flags(variant: &Variant, options: &Options) -> Vec<OsString> {
    let target = variant.target.iter().map(|it| ["--target", it]);
    let network = options.network.iter().map(|it| ["--network", it]);
    let args = options.build_args.iter().map(|it| ["--build-arg", it]);
    let secrets = options.secrets.iter().map(|it| ["--secret", it]);
    target.chain(network).chain(args).chain(secrets).flatten().map(OsString::from).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::options;
    use super::{Options, Variant, flags};

    #[test]
    fn what_the_user_gave_is_handed_on() {
        let variant = Variant { text: String::new(), ignore: None, target: Some("web".to_owned()) };
        let given = Options {
            network: Some("host".to_owned()),
            build_args: vec!["A=1".to_owned()],
            secrets: vec!["id=npm".to_owned()],
            ..options()
        };
        let expected = "--target web --network host --build-arg A=1 --secret id=npm";
        assert_eq!(flags(&variant, &given).join(" ".as_ref()), expected);
    }
}
