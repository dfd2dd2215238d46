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

/// Whether the image called `name`, without what stands before its last `/`, its tag and its digest, is one of these.
pub(crate) fn is_known(name: &str) -> bool {
    KNOWN.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::KNOWN;

    #[test]
    fn the_list_is_sorted() {
        assert!(KNOWN.is_sorted());
    }
}
