//! Where an app may listen.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::TcpListener;

use super::{Options, answer};

/// Where servers listen that say nothing of it.
const USUAL: &[u16] = &[3000, 8080, 80, 8000, 5000, 4173, 4321, 5173, 4000, 1337];

/// How an image says that its containers start, as far as that is needed.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct ImageConfig {
    env: Option<Vec<String>>,
    exposed_ports: Option<BTreeMap<String, serde_json::Value>>,
}

/// Ports to ask, and the variables that go with them. The same for all containers that are compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ports {
    /// The likeliest first, each once.
    pub(super) all: Vec<u16>,
    /// `PORT=3000`
    pub(super) env: Vec<String>,
}

impl Ports {
    /// Where containers of an image with this `config` may listen.
    pub(super) fn of(config: &ImageConfig, options: &Options) -> Self {
        let of_env = value(&options.env, "PORT").or_else(|| value(config.env(), "PORT"));
        let told = options.port.into_iter().chain(of_env.and_then(|it| it.parse().ok())).chain(config.exposed());
        let mut all: Vec<u16> = told.chain(options.likely_ports.iter().copied()).chain(USUAL.iter().copied()).collect();
        if let Some(port) = options.port {
            all = vec![port];
        }
        let mut env = Vec::new();
        if options.is_on_host() {
            // The machine's ports are everybody's: a free one is named, and taken by most; nobody else's answers count.
            all.retain(|it| !answer::is_taken(*it));
            env.extend(
                options
                    .port
                    .or_else(free)
                    .filter(|_| value(&options.env, "PORT").is_none())
                    .map(|it| format!("PORT={it}")),
            );
            let has_name = [&options.env, config.env()].into_iter().any(|it| value(it, "HOSTNAME").is_some());
            env.extend((!has_name).then(|| "HOSTNAME=0.0.0.0".to_owned()));
        } else if of_env.is_none() {
            // As every platform does that runs containers.
            env.extend(all.first().map(|it| format!("PORT={it}")));
        }
        all.splice(0..0, value(&env, "PORT").and_then(|it| it.parse().ok()));
        let mut seen = Vec::new();
        all.retain(|it| {
            !seen.contains(it) && {
                seen.push(*it);
                true
            }
        });
        Self { all, env }
    }
}

impl Options {
    /// Whether containers share the network of this machine.
    pub(super) fn is_on_host(&self) -> bool {
        self.network.as_deref() == Some("host")
    }
}

impl ImageConfig {
    fn env(&self) -> &[String] {
        self.env.as_deref().unwrap_or_default()
    }

    fn exposed(&self) -> impl Iterator<Item = u16> {
        let ports = self.exposed_ports.iter().flatten().map(|it| it.0.as_str());
        ports.filter(|it| !it.ends_with("/udp")).filter_map(|it| it.split('/').next()?.parse().ok())
    }
}

/// The value of the last variable called `name`.
fn value<'a>(env: &'a [String], name: &str) -> Option<&'a str> {
    env.iter().rev().find_map(|it| it.strip_prefix(name)?.strip_prefix('='))
}

/// A port of this machine that nobody has.
fn free() -> Option<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).ok()?;
    listener.local_addr().ok().map(|it| it.port())
}

#[cfg(test)]
mod tests {
    use super::super::testing::options;
    use super::{ImageConfig, Options, Ports};

    fn config(text: &str) -> ImageConfig {
        serde_json::from_str(text).unwrap()
    }

    #[track_caller]
    fn check(config_text: &str, options: &Options, first: &[u16], env: &[&str]) {
        let ports = Ports::of(&config(config_text), options);
        assert_eq!(
            (&ports.all[..first.len()], ports.env.iter().map(String::as_str).collect::<Vec<_>>()),
            (first, env.to_vec())
        );
    }

    #[test]
    fn what_is_told_comes_first() {
        check("{}", &options(), &[3000, 8080], &["PORT=3000"]);
        check(r#"{"ExposedPorts":{"4000/tcp":{},"53/udp":{}}}"#, &options(), &[4000, 3000], &["PORT=4000"]);
        check(r#"{"Env":["PORT=5001"],"ExposedPorts":{"4000/tcp":{}}}"#, &options(), &[5001, 4000, 3000], &[]);
        let likely = Options { likely_ports: vec![7000], env: vec!["PORT=9000".to_owned()], ..options() };
        check("{}", &likely, &[9000, 7000, 3000], &[]);
    }

    #[test]
    fn a_port_that_is_named_is_the_only_one() {
        let ports = Ports::of(&config("{}"), &Options { port: Some(9), ..options() });
        assert_eq!(ports, Ports { all: vec![9], env: vec!["PORT=9".to_owned()] });
    }

    #[test]
    fn on_the_hosts_network_a_free_one_is_named() {
        let ports = Ports::of(&config("{}"), &Options { network: Some("host".to_owned()), ..options() });
        assert_eq!(ports.env, [format!("PORT={}", ports.all[0]), "HOSTNAME=0.0.0.0".to_owned()]);
    }
}
