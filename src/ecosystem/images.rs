//! Images that other people make, by their names.

/// Servers, tools and bases that people run beside their own images. Sorted.
const KNOWN: &[&str] = &[
    "adminer",
    "alpine",
    "azurite",
    "bun",
    "busybox",
    "caddy",
    "cassandra",
    "clickhouse-server",
    "consul",
    "cypress",
    "debian",
    "docker",
    "dynamodb-local",
    "elasticsearch",
    "grafana",
    "haproxy",
    "httpd",
    "included",
    "influxdb",
    "jaeger",
    "kafka",
    "keycloak",
    "localstack",
    "mailhog",
    "mailpit",
    "mariadb",
    "memcached",
    "minio",
    "mongo",
    "mongo-express",
    "mysql",
    "nats",
    "neo4j",
    "nginx",
    "node",
    "opensearch",
    "pgadmin4",
    "playwright",
    "postgis",
    "postgres",
    "postgresql",
    "prometheus",
    "python",
    "rabbitmq",
    "redis",
    "registry",
    "selenium",
    "server",
    "sonarqube",
    "traefik",
    "ubuntu",
    "valkey",
    "vault",
    "zookeeper",
];

/// Pairs of instructions between which the makers of base images work: the start of one, and the whole of their last one.
const ENDS: &[(&str, &str)] = &[
    ("ENV NODE_VERSION=", "CMD [\"node\"]"),
    ("ENV NGINX_VERSION=", "CMD [\"nginx\" \"-g\" \"daemon off;\"]"),
    ("COPY docker-entrypoint.sh /usr/local/bin", "CMD [\"/usr/local/bin/bun\"]"),
];

/// How many of the instructions that made an image are those of a base image that is known by them; `None` where none is.
pub(crate) fn n_of_base(instructions: &[&str]) -> Option<usize> {
    let ended = ENDS.iter().filter_map(|(start, end)| {
        let first = instructions.iter().position(|it| it.starts_with(start))?;
        let last = instructions[first..].iter().position(|it| *it == *end)?;
        Some(first + last + 1)
    });
    // Distroless images are made by Bazel, layer by layer; imported ones have a layer of which nothing is known.
    let n_made = |it: &&&str| it.is_empty() || it.starts_with("bazel build");
    let n_leading = instructions.iter().take_while(n_made).count();
    ended.max().or((n_leading > 0).then_some(n_leading))
}

/// Images that people build theirs on, by their whole names. Sorted.
const BASES: &[&str] = &[
    "alpine",
    "busybox",
    "caddy",
    "debian",
    "httpd",
    "nginx",
    "nginxinc/nginx-unprivileged",
    "node",
    "oven/bun",
    "python",
    "ubuntu",
];

/// Whether people build their images on those of `repository`, as engines list it.
pub(crate) fn is_base(repository: &str) -> bool {
    let name = repository.strip_prefix("docker.io/").unwrap_or(repository);
    let name = name.strip_prefix("library/").unwrap_or(name);
    BASES.binary_search(&name).is_ok() || name.starts_with("gcr.io/distroless/")
}

/// Folders of the system, which base images and their package managers fill.
const SYSTEM: &[&str] = &[
    "bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "libx32", "media", "mnt", "nix", "nodejs", "proc", "run",
    "sbin", "sys", "tmp", "usr", "var",
];

/// Folders in them in which people put apps all the same.
const OF_APPS: &[&str] =
    &["/usr/src", "/usr/app", "/usr/share/nginx/html", "/usr/share/caddy", "/var/www", "/var/app", "/var/task"];

/// Folders of an app that hold what a build made, or what browsers get.
const OUTPUTS: &[&str] =
    &["dist", "build", "out", "lib", ".next", ".output", ".nuxt", ".svelte-kit", "public", "static", "html", "server"];

/// Whether a folder of that name in an app's holds what a build made, or what browsers get.
pub(crate) fn is_output(name: &str) -> bool {
    OUTPUTS.contains(&name)
}

/// Whether a path of an image (absolute) is the system's, and not an app's.
pub(crate) fn is_of_system(path: &str) -> bool {
    let first = path[1..].split('/').next().unwrap_or_default();
    let is_below = |folder: &str| crate::paths::contains(folder, path);
    SYSTEM.contains(&first) && !OF_APPS.iter().any(|it| is_below(it)) || path.starts_with("/opt/yarn-v")
}

/// Whether the image called `name`, without what stands before its last `/`, its tag and its digest, is one of these.
pub(crate) fn is_known(name: &str) -> bool {
    KNOWN.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{BASES, KNOWN, is_base};

    #[test]
    fn the_lists_are_sorted() {
        assert!(KNOWN.is_sorted() && BASES.is_sorted());
    }

    #[test]
    fn bases_by_their_whole_names() {
        let names = ["node", "docker.io/library/node", "oven/bun", "gcr.io/distroless/nodejs22-debian12"];
        assert!(names.into_iter().all(is_base) && !is_base("shop/node") && !is_base("server"));
    }
}
