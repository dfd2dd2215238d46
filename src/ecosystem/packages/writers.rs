//! Packages that write files, start programs, or load the app's modules by themselves.

use super::rows::{Fact, Package, Use, argument, argument_at, method, option, row, writes_folder};

/// Embedded databases that take the path of their file.
const NEDB: &[Fact] = &[option("", "filename", Use::WritesBeside), option("create", "filename", Use::WritesBeside)];

const BAILEYS: &[Fact] =
    &[argument("useMultiFileAuthState", Use::WritesFolder), argument("useSingleFileAuthState", Use::WritesBeside)];

/// Spreadsheets: `XLSX.writeFile(workbook, path)`.
const XLSX: &[Fact] = &[
    argument_at("writeFile", 1, Use::Writes),
    argument_at("writeFileSync", 1, Use::Writes),
    argument_at("writeFileXLSX", 1, Use::Writes),
    argument("writeFileAsync", Use::Writes),
];

const TAR: &[Fact] = &[
    option("x", "cwd", Use::WritesFolder),
    option("x", "C", Use::WritesFolder),
    option("extract", "cwd", Use::WritesFolder),
    option("extract", "C", Use::WritesFolder),
    option("c", "file", Use::Writes),
    option("c", "f", Use::Writes),
    option("create", "file", Use::Writes),
    option("create", "f", Use::Writes),
];

const STARTS: &[Fact] = &[Fact::Starts];
const LOADS_MODULES: &[Fact] = &[Fact::LoadsModules];

/// `bin/server.ts` gives it the importer; what the first file names is imported there. Controllers may stand in texts.
const ADONIS: &[Fact] = &[Fact::LoadsModules, Fact::Imports("adonisrc"), Fact::Imports("config")];

pub(super) const PACKAGES: &[Package] = &[
    row("@adiwajshing/baileys", BAILEYS),
    row("@adonisjs/core", ADONIS),
    row("@foal/core", LOADS_MODULES),
    row("@loopback/boot", LOADS_MODULES),
    row("@midwayjs/bootstrap", LOADS_MODULES),
    row("@sapphire/framework", LOADS_MODULES),
    row("@seald-io/nedb", NEDB),
    row("@whiskeysockets/baileys", BAILEYS),
    row("actionhero", LOADS_MODULES),
    row(
        "adm-zip",
        &[
            method("extractAllTo", Use::WritesFolder),
            method("extractAllToAsync", Use::WritesFolder),
            Fact::Method { name: "extractEntryTo", at: 1, does: Use::WritesFolder },
            method("writeZip", Use::Writes),
            method("writeZipPromise", Use::Writes),
        ],
    ),
    row("baileys", BAILEYS),
    row("bree", LOADS_MODULES),
    row("consign", LOADS_MODULES),
    row("cross-spawn", STARTS),
    row(
        "csv-writer",
        &[option("createObjectCsvWriter", "path", Use::Writes), option("createArrayCsvWriter", "path", Use::Writes)],
    ),
    row("decompress", &[argument_at("", 1, Use::WritesFolder)]),
    row("discord-akairo", LOADS_MODULES),
    row("download", &[argument_at("", 1, Use::WritesFolder)]),
    row("egg", LOADS_MODULES),
    row("exceljs", &[method("writeFile", Use::Writes), option("WorkbookWriter", "filename", Use::Writes)]),
    row("execa", STARTS),
    row("express-load", LOADS_MODULES),
    row("extract-zip", &[option("", "dir", Use::WritesFolder)]),
    row("fast-csv", &[argument("writeToPath", Use::Writes)]),
    row(
        "fluent-ffmpeg",
        &[
            Fact::Starts,
            method("save", Use::Writes),
            method("saveToFile", Use::Writes),
            method("mergeToFile", Use::Writes),
        ],
    ),
    row("gm", &[method("write", Use::Writes)]),
    row("imagemagick", STARTS),
    row("jimp", &[method("write", Use::Writes), method("writeAsync", Use::Writes)]),
    row("json-server", &[argument("router", Use::WritesBeside)]),
    row("loopback-boot", LOADS_MODULES),
    row(
        "minio",
        &[
            Fact::Method { name: "fGetObject", at: 2, does: Use::Writes },
            Fact::Method { name: "fPutObject", at: 2, does: Use::Reads },
        ],
    ),
    row("multiparty", &[option("Form", "uploadDir", Use::WritesFolder)]),
    row("nedb", NEDB),
    row("nedb-promises", NEDB),
    row("node-localstorage", &[argument("LocalStorage", Use::WritesFolder)]),
    row("node-pty", STARTS),
    row(
        "node-persist",
        &[
            option("init", "dir", Use::WritesFolder),
            option("initSync", "dir", Use::WritesFolder),
            option("create", "dir", Use::WritesFolder),
            writes_folder(".node-persist", "dir"),
        ],
    ),
    row("objects-to-csv", &[method("toDisk", Use::Writes)]),
    row("pouchdb", &[argument("", Use::WritesFolder)]),
    row("qrcode", &[method("toFile", Use::Writes)]),
    row("sharp", &[method("toFile", Use::Writes)]),
    row("shelljs", STARTS),
    row("simple-git", STARTS),
    row("tar", TAR),
    row("unzipper", &[option("Extract", "path", Use::WritesFolder)]),
    row("xlsx", XLSX),
    row("xlsx-js-style", XLSX),
    row("yt-dlp-exec", STARTS),
    row("youtube-dl-exec", STARTS),
    row("zx", STARTS),
];
