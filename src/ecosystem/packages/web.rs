//! Web frameworks, their plugins, template engines, uploads, sessions.

use super::rows::{Fact, Package, Use, argument, method, option, plugin, row, writes_folder};

/// A package whose one function takes a folder of files to serve.
const SERVES: &[Fact] = &[argument("", Use::ReadsFolder)];

const RENDERS: &[Fact] = &[argument("renderFile", Use::Reads), argument("compileFile", Use::Reads)];

const STATIC_PLUGIN: &[Fact] = &[plugin("root", Use::ReadsFolder)];
const VIEW_PLUGIN: &[Fact] = &[plugin("root", Use::ReadsFolder), plugin("templates", Use::ReadsFolder)];
const AUTOLOAD_PLUGIN: &[Fact] = &[plugin("dir", Use::ReadsFolder)];

pub(super) const PACKAGES: &[Package] = &[
    row("@fastify/autoload", AUTOLOAD_PLUGIN),
    row("@fastify/static", STATIC_PLUGIN),
    row("@fastify/view", VIEW_PLUGIN),
    row("@hono/node-server/serve-static", &[option("", "root", Use::ReadsFolder)]),
    row("@nestjs/platform-express", &[option("", "dest", Use::WritesFolder)]),
    row("@nestjs/serve-static", &[option("", "rootPath", Use::ReadsFolder)]),
    row("connect-history-api-fallback", &[argument("", Use::Reads)]),
    row("ejs", RENDERS),
    row("eta", RENDERS),
    row("express", &[argument("static", Use::ReadsFolder)]),
    row("express-fileupload", &[option("", "tempFileDir", Use::WritesFolder), method("mv", Use::Writes)]),
    row("fastify-autoload", AUTOLOAD_PLUGIN),
    row("fastify-static", STATIC_PLUGIN),
    row("formidable", &[option("", "uploadDir", Use::WritesFolder)]),
    row("koa-static", SERVES),
    row("koa-views", SERVES),
    row("multer", &[option("diskStorage", "destination", Use::WritesFolder), option("", "dest", Use::WritesFolder)]),
    row(
        "nunjucks",
        &[
            argument("renderFile", Use::Reads),
            argument("compileFile", Use::Reads),
            argument("configure", Use::ReadsFolder),
        ],
    ),
    row("point-of-view", VIEW_PLUGIN),
    row("pug", RENDERS),
    row("serve-favicon", &[argument("", Use::Reads)]),
    row("serve-index", SERVES),
    row("serve-static", SERVES),
    row("session-file-store", &[option("", "path", Use::WritesFolder), writes_folder("sessions", "path")]),
    row("sirv", SERVES),
    row("st", SERVES),
    row("swagger-jsdoc", &[option("", "apis", Use::Reads)]),
    row("twig", RENDERS),
];
