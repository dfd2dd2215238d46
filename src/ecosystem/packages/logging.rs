//! Loggers, monitors and tracers.

use super::rows::{Fact, Package, Use, argument, loads, option, reads, row};

/// The transports of pino, by `target`: its documentation's list of ecosystem packages, and what is called like them.
const TRANSPORTS: Fact =
    Fact::LoadsNamed(&["pino-*", "@axiomhq/pino", "@logtail/pino", "@macfja/pino-fingers-crossed", "@serdnam/pino-*"]);

pub(super) const PACKAGES: &[Package] = &[
    row(
        "pino",
        &[argument("destination", Use::WritesBeside), option("destination", "dest", Use::WritesBeside), TRANSPORTS],
    ),
    row("fastify", &[TRANSPORTS]),
    row("nestjs-pino", &[TRANSPORTS]),
    row("pino-http", &[TRANSPORTS]),
    row("rotating-file-stream", &[option("createStream", "path", Use::WritesFolder)]),
    row(
        "winston",
        &[
            option("File", "filename", Use::WritesBeside),
            option("File", "dirname", Use::WritesFolder),
            option("DailyRotateFile", "filename", Use::WritesBeside),
            option("DailyRotateFile", "dirname", Use::WritesFolder),
        ],
    ),
    row(
        "winston-daily-rotate-file",
        &[option("", "filename", Use::WritesBeside), option("", "dirname", Use::WritesFolder)],
    ),
    row("applicationinsights", &[reads("applicationinsights.json")]),
    row("elastic-apm-node", &[reads("elastic-apm-node.js"), reads("elastic-apm-node.cjs")]),
    row("log4js", &[argument("configure", Use::Reads), loads("", &["log4js-*", "@log4js-node/*"])]),
    row("newrelic", &[reads("newrelic.js"), reads("newrelic.cjs"), reads("newrelic.mjs")]),
];
