//! Packages that write no file but where their row's functions and options say so.
//!
//! From their sources and documentation: what serves, parses, computes, or speaks to other servers. A package that is
//! not here may write, as a rule beside the app.

/// Whether the package called `name` is known to write nothing besides what its row says.
#[must_use]
pub fn is_quiet(name: &str) -> bool {
    let is_in_scope = |scope: &str| name.strip_prefix(scope).is_some_and(|it| it.starts_with('/'));
    QUIET.binary_search(&name).is_ok() || QUIET_SCOPES.iter().any(|it| is_in_scope(it))
}

/// Scopes whose packages are all clients, plugins or types.
const QUIET_SCOPES: &[&str] = &[
    "@aws-sdk",
    "@fastify",
    "@graphql-tools",
    "@hapi",
    "@hono",
    "@koa",
    "@octokit",
    "@opentelemetry",
    "@smithy",
    "@socket.io",
    "@types",
];

/// Sorted.
#[rustfmt::skip]
const QUIET: &[&str] = &[
    "@adiwajshing/baileys", "@apollo/gateway", "@apollo/server", "@apollo/subgraph",
    "@as-integrations/express4", "@as-integrations/fastify", "@azure/functions", "@azure/identity",
    "@azure/storage-blob", "@dapr/dapr", "@elastic/elasticsearch", "@faker-js/faker", "@godaddy/terminus",
    "@google-cloud/pubsub", "@grpc/grpc-js", "@grpc/proto-loader", "@keyv/postgres", "@keyv/redis",
    "@libsql/client", "@mikro-orm/core", "@mikro-orm/mongodb", "@mikro-orm/mysql", "@mikro-orm/postgresql",
    "@nestjs/apollo", "@nestjs/axios", "@nestjs/bull", "@nestjs/bullmq", "@nestjs/cache-manager",
    "@nestjs/common", "@nestjs/config", "@nestjs/core", "@nestjs/cqrs", "@nestjs/event-emitter",
    "@nestjs/graphql", "@nestjs/jwt", "@nestjs/mapped-types", "@nestjs/microservices", "@nestjs/mongoose",
    "@nestjs/passport", "@nestjs/platform-express", "@nestjs/platform-fastify", "@nestjs/platform-socket.io",
    "@nestjs/platform-ws", "@nestjs/schedule", "@nestjs/sequelize", "@nestjs/serve-static", "@nestjs/swagger",
    "@nestjs/terminus", "@nestjs/testing", "@nestjs/throttler", "@nestjs/typeorm", "@nestjs/websockets",
    "@prisma/adapter-pg", "@prisma/client", "@seald-io/nedb", "@sendgrid/mail", "@sentry/node",
    "@sentry/profiling-node", "@sentry/tracing", "@sinclair/typebox", "@slack/bolt", "@slack/web-api",
    "@supabase/supabase-js", "@trpc/server", "@upstash/redis", "@vercel/kv", "@whiskeysockets/baileys",
    "accepts", "adm-zip", "ajv", "ajv-formats", "amqp-connection-manager", "amqplib", "ansi-colors",
    "apollo-server", "apollo-server-core", "apollo-server-express", "apollo-server-fastify",
    "apollo-server-koa", "argon2", "async", "async-mutex", "async-retry", "aws-sdk", "aws-serverless-express",
    "axios", "axios-retry", "baileys", "base-x", "base64url", "basic-auth", "bcrypt", "bcryptjs",
    "better-sqlite3", "bignumber.js", "bluebird", "body-parser", "boom", "bottleneck", "bson", "bull", "bullmq",
    "busboy", "bytes", "cache-manager", "cache-manager-redis-store", "camelcase", "case", "chai", "chalk",
    "change-case", "cheerio", "class-transformer", "class-validator", "clsx", "co", "color", "colors",
    "commander", "compression", "concat-stream", "config", "connect", "connect-flash",
    "connect-history-api-fallback", "connect-mongo", "connect-pg-simple", "connect-redis", "connect-timeout",
    "content-type", "convict", "cookie", "cookie-parser", "cookie-session", "cookie-signature", "core-js",
    "cors", "crc", "cron", "cron-parser", "cross-fetch", "crypto-js", "cryptr", "csurf", "csv-parse",
    "csv-parser", "csv-stringify", "csv-writer", "cuid", "dataloader", "date-fns", "date-fns-tz", "dayjs",
    "debug", "decimal.js", "decompress", "deep-equal", "deepmerge", "denque", "depd", "discord.js", "dot-prop",
    "dotenv", "dotenv-expand", "dotenv-safe", "drizzle-orm", "ejs", "elasticsearch", "email-validator",
    "encodeurl", "env-var", "envalid", "errorhandler", "escape-html", "eta", "etag", "eventemitter2",
    "eventemitter3", "eventsource", "exceljs", "express", "express-async-errors", "express-async-handler",
    "express-basic-auth", "express-ejs-layouts", "express-flash", "express-graphql",
    "express-handlebars", "express-http-proxy", "express-jwt", "express-list-endpoints",
    "express-mongo-sanitize", "express-mysql-session", "express-oauth2-jwt-bearer", "express-openid-connect",
    "express-prom-bundle", "express-promise-router", "express-rate-limit", "express-request-id",
    "express-session", "express-sse", "express-status-monitor", "express-unless", "express-useragent",
    "express-validator", "express-winston", "express-ws", "extract-zip", "fast-csv", "fast-deep-equal",
    "fast-glob", "fast-json-stringify", "fast-safe-stringify", "fast-xml-parser", "fastest-validator",
    "fastify", "fastify-cors", "fastify-helmet", "fastify-jwt", "fastify-plugin", "fastify-static",
    "fastify-swagger", "feed", "firebase-admin", "flat", "follow-redirects", "form-data", "formidable",
    "forwarded", "fresh", "fs-extra", "geolib", "glob", "globby", "gm", "google-auth-library", "googleapis",
    "got", "graceful-fs", "graphql", "graphql-fields", "graphql-middleware", "graphql-request",
    "graphql-scalars", "graphql-shield", "graphql-subscriptions", "graphql-tag", "graphql-tools",
    "graphql-type-json", "graphql-upload", "graphql-ws", "graphql-yoga", "grpc", "handlebars", "hashids", "hbs",
    "he", "helmet", "helmet-csp", "hi-base32", "hiredis", "history", "hono", "hot-shots", "hpp",
    "html-entities", "html-escaper", "html-to-text", "http-errors", "http-proxy", "http-proxy-agent",
    "http-proxy-middleware", "http-shutdown", "http-status", "http-status-codes", "http-terminator",
    "https-proxy-agent", "humanize-duration", "ical-generator", "iconv-lite", "immer", "immutable", "influx",
    "inherits", "inversify", "inversify-express-utils", "ioredis", "ip", "ip-address", "ipaddr.js", "is-number",
    "is-plain-object", "isomorphic-fetch", "isomorphic-unfetch", "itty-router", "jimp", "joi", "jose",
    "js-base64", "js-beautify", "js-cookie", "js-sha256", "js-yaml", "json-bigint", "json-stable-stringify",
    "json-stringify-safe", "json2csv", "json5", "jsonpath", "jsonschema", "jsonwebtoken", "just-extend",
    "jwks-rsa", "jws", "jwt-decode", "jwt-simple", "kafkajs", "kareem", "keycloak-connect", "keygrip", "keyv",
    "kleur", "knex", "koa", "koa-better-body", "koa-body", "koa-bodyparser", "koa-compose", "koa-compress",
    "koa-conditional-get", "koa-connect", "koa-convert", "koa-cors", "koa-ejs", "koa-etag", "koa-helmet",
    "koa-json", "koa-jwt", "koa-logger", "koa-morgan", "koa-mount", "koa-passport", "koa-pino-logger",
    "koa-proxies", "koa-ratelimit", "koa-redis", "koa-router", "koa-send", "koa-session", "koa-static",
    "koa-views", "koa2-cors", "ldapjs", "lightship", "limiter", "load-json-file", "lodash", "lodash.camelcase",
    "lodash.clonedeep", "lodash.debounce", "lodash.get", "lodash.isequal", "lodash.merge", "lodash.pick",
    "lodash.set", "lodash.throttle", "log4js", "loglevel", "lowdb", "lru-cache", "luxon", "make-dir", "mariadb",
    "markdown-it", "marked", "md5", "memcached", "memjs", "meow", "mercurius", "merge", "method-override",
    "micro", "mime", "mime-types", "minimatch", "minimist", "minio", "mitt", "mkdirp", "module-alias", "moment",
    "moment-timezone", "mongodb", "mongoose", "mongoose-autopopulate", "mongoose-paginate",
    "mongoose-paginate-v2", "mongoose-unique-validator", "monk", "morgan", "mqtt", "ms", "mssql", "multer",
    "multer-s3", "multiparty", "mustache", "mustache-express", "mysql", "mysql2", "nanoid", "nats", "nats.ws",
    "natural", "nedb", "nedb-promises", "negotiator", "neo4j-driver", "nestjs-pino", "nestjs-zod", "nocache",
    "node-cache", "node-cron", "node-fetch", "node-localstorage", "node-mocks-http", "node-persist", "node-rsa",
    "node-schedule", "node-statsd", "node-uuid", "nodemailer", "nodemailer-sendgrid",
    "nodemailer-smtp-transport", "nonce", "numeral", "nunjucks", "oauth", "oauth2orize", "object-assign",
    "object-hash", "object-path", "objection", "objects-to-csv", "octokit", "oidc-provider", "on-finished",
    "on-headers", "openai", "openid-client", "ora", "otplib", "p-limit", "p-map", "p-queue", "p-retry",
    "papaparse", "parseurl", "passport", "passport-custom", "passport-facebook", "passport-github",
    "passport-github2", "passport-google-oauth", "passport-google-oauth20", "passport-http",
    "passport-http-bearer", "passport-jwt", "passport-local", "passport-local-mongoose", "passport-oauth2",
    "passport-twitter", "path-to-regexp", "pg", "pg-connection-string", "pg-format", "pg-hstore", "pg-native",
    "pg-pool", "pg-promise", "pg-query-stream", "pino", "pino-http", "pino-pretty", "pluralize",
    "point-of-view", "polka", "postgres", "pretty-bytes", "pretty-error", "pretty-ms", "prom-client", "promise",
    "promise-mysql", "prompts", "prop-types", "protobufjs", "proxy-addr", "pug", "pump", "pusher", "q",
    "qrcode", "qs", "query-string", "ramda", "random", "random-bytes", "randomstring", "range-parser",
    "rate-limit-redis", "rate-limiter-flexible", "raw-body", "rc", "react", "react-dom", "react-router",
    "react-router-dom", "read-pkg", "recursive-readdir", "redis", "redlock", "reflect-metadata",
    "regenerator-runtime", "request", "request-ip", "request-promise", "request-promise-native", "require-all",
    "require-directory", "resend", "response-time", "restana", "restify", "restify-errors", "retry", "rimraf",
    "rotating-file-stream", "rss", "rxjs", "safe-buffer", "sanitize-filename", "sanitize-html", "semver",
    "send", "sequelize", "sequelize-typescript", "serialize-javascript", "serve-favicon", "serve-index",
    "serve-static", "session-file-store", "sha.js", "sharp", "shortid", "showdown", "signale", "simple-oauth2",
    "sinon", "sirv", "slug", "slugify", "socket.io", "socket.io-client", "socket.io-redis",
    "source-map-support", "split2", "sprintf-js", "sqlite", "sqlite3", "sqlstring", "statuses", "stoppable",
    "string-hash", "strip-ansi", "stripe", "striptags", "superagent", "supertest", "swagger-jsdoc",
    "swagger-ui-express", "tar", "tedious", "telegraf", "through2", "tiny-invariant", "tinycolor2", "tmi.js",
    "tslib", "tsyringe", "tweetnacl", "twig", "twilio", "type-fest", "type-graphql", "type-is", "typedi",
    "typeorm", "typeorm-naming-strategies", "typeorm-transactional", "ua-parser-js", "uid", "uid-safe", "ulid",
    "umzug", "underscore", "underscore.string", "undici", "unirest", "universal-cookie", "unzipper", "urijs",
    "url-join", "url-parse", "utils-merge", "uuid", "uuidv4", "valid-url", "validate.js", "validator", "vary",
    "vhost", "vue", "vue-router", "web-push", "webidl-conversions", "whatwg-fetch", "whatwg-url", "winston",
    "winston-daily-rotate-file", "winston-transport", "ws", "xlsx", "xlsx-js-style", "xml-js", "xml2js",
    "xmlbuilder", "xmldom", "xss", "xtend", "yaml", "yamljs", "yargs", "yargs-parser", "yup", "zod",
    "zod-validation-error",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_order_and_once() {
        assert!(QUIET.is_sorted() && QUIET.windows(2).all(|it| it[0] != it[1]));
    }

    #[test]
    fn what_is_not_listed_is_not_quiet() {
        assert!(is_quiet("express") && is_quiet("@aws-sdk/client-s3"));
        assert!(!is_quiet("@aws-sdk") && !is_quiet("left-pad-on-disk") && !is_quiet("json-server"));
    }
}
