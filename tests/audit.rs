//! `nodestage audit` as it is called: stdout, stderr and exit code, in an empty environment.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::TempDir;

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/image")
}

/// A folder with a copy of the image of the README.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let blobs = folder.path().join("image/blobs/sha256");
    fs::create_dir_all(&blobs).unwrap();
    for name in ["index.json", "oci-layout"] {
        fs::copy(fixture().join(name), folder.path().join("image").join(name)).unwrap();
    }
    for entry in fs::read_dir(fixture().join("blobs/sha256")).unwrap().flatten() {
        fs::copy(entry.path(), blobs.join(entry.file_name())).unwrap();
    }
    folder
}

/// The image as an archive.
fn archive() -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    builder.append_dir_all(".", fixture()).unwrap();
    builder.into_inner().unwrap()
}

/// The largest blob: a layer.
fn layer(folder: &TempDir) -> PathBuf {
    let blobs = fs::read_dir(folder.path().join("image/blobs/sha256")).unwrap().flatten().map(|it| it.path());
    blobs.max_by_key(|it| fs::metadata(it).unwrap().len()).unwrap()
}

#[track_caller]
fn run(folder: &TempDir, arguments: &str, stdin: &[u8], code: i32) -> (String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nodestage"));
    let command = command.env_clear().current_dir(folder.path()).arg("audit").args(arguments.split_whitespace());
    let output = command.write_stdin(stdin).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let said = (text(output.stdout), text(output.stderr));
    assert_eq!(output.status.code(), Some(code), "{said:?}");
    said
}

#[test]
fn a_folder_an_archive_and_stdin_say_the_same() {
    let folder = folder();
    fs::write(folder.path().join("image.tar"), archive()).unwrap();
    fs::write(folder.path().join("image.tar.zst"), zstd::encode_all(&archive()[..], 0).unwrap()).unwrap();
    let concise = |image: &str| run(&folder, &format!("--output-format concise {image}"), &archive(), 1);
    let (stdout, stderr) = concise("image");
    assert!(
        stdout
            .starts_with("error[secret-in-image] /app/.env: It gives secrets their values (19 B, layer 2: COPY . .)\n")
    );
    assert_eq!((stdout.lines().count(), stderr.as_str()), (4, "Found 4 problems.\n"));
    for image in ["image.tar", "image.tar.zst", "-"] {
        assert_eq!(concise(image), (stdout.clone(), stderr.clone()), "{image}");
    }
}

#[test]
fn json_is_versioned() {
    let (stdout, stderr) = run(&folder(), "--output-format json image", b"", 1);
    let found: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(
        (found["version"].as_u64(), found["findings"].as_array().map(Vec::len), stderr.as_str()),
        (Some(1), Some(4), "")
    );
    assert_eq!(found["findings"][2]["path"], "/app/node_modules/typescript");
    assert_eq!((&found["findings"][2]["layer"], &found["findings"][2]["instruction"]), (&2.into(), &"COPY . .".into()));
    assert!(!stdout.contains("s3cr9t"));
}

#[test]
fn configuration_allows() {
    let folder = folder();
    let config = "[audit]\nallow = ['/app/.env', 'app/src/**']\nignore = ['root-user', 'dev-dependencies']\n";
    fs::write(folder.path().join("nodestage.toml"), config).unwrap();
    let (_, stderr) = run(&folder, "image", b"", 0);
    assert_eq!(stderr, "No problems in image (4 allowed by nodestage.toml).\n");
    run(&folder, "--isolated image", b"", 1);
    let (stdout, _) = run(&folder, "--max-size 5kB --output-format concise image", b"", 1);
    assert_eq!(stdout, "warning[max-size] the image: The image takes 7.0 kB, and may take 5.0 kB\n");
    fs::write(folder.path().join("nodestage.toml"), "[audit]\nallowed = []\n").unwrap();
    let (_, stderr) = run(&folder, "image", b"", 2);
    assert!(stderr.contains("nodestage.toml:2:1: unknown key `allowed`; did you mean `allow`?"), "{stderr}");
}

#[test]
fn what_cannot_be_read_is_an_error() {
    let folder = folder();
    fs::write(folder.path().join("cut.tar"), &archive()[..20_000]).unwrap();
    fs::write(folder.path().join("text"), "hello").unwrap();
    for (arguments, expected) in [
        ("cut.tar", "error: cut.tar: "),
        ("text", "error: text: not an image: no tar archive, and none that is compressed with gzip or zstd\n"),
        ("nope:1", "error: no file or folder `nope:1`, and "),
        ("--max-size big image", "error: `big` is not a size; write `200MB`, `1.5GB` or `512MiB`\n"),
        ("--context nope image", "error: there is no folder `nope` to be the project of the image\n"),
        (
            "--platform linux/s390x image",
            "error: image: there is no image for linux/s390x, only for linux/amd64: choose with `--platform`\n",
        ),
    ] {
        let (stdout, stderr) = run(&folder, arguments, b"", 2);
        assert!(stdout.is_empty() && stderr.starts_with(expected), "{stderr}");
    }
}

#[test]
fn a_damaged_blob_is_an_error() {
    let folder = folder();
    let layer = layer(&folder);
    let mut bytes = fs::read(&layer).unwrap();
    let at = bytes.len() - 1;
    bytes[at] = 1;
    fs::write(&layer, bytes).unwrap();
    let (_, stderr) = run(&folder, "image", b"", 2);
    assert!(
        stderr.starts_with("error: image: blobs/sha256/") && stderr.contains("its bytes have the digest sha256:"),
        "{stderr}"
    );
    fs::remove_file(&layer).unwrap();
    let (_, stderr) = run(&folder, "image", b"", 2);
    assert!(stderr.contains("the manifest names it, and it is not there"), "{stderr}");
}

#[test]
#[cfg(unix)]
fn a_blob_that_leads_out_of_the_folder_is_an_error() {
    let folder = folder();
    let layer = layer(&folder);
    fs::rename(&layer, folder.path().join("elsewhere")).unwrap();
    std::os::unix::fs::symlink(folder.path().join("elsewhere"), &layer).unwrap();
    let (_, stderr) = run(&folder, "image", b"", 2);
    assert!(stderr.contains("it leads out of the folder: the image is not to be trusted"), "{stderr}");
}

#[test]
fn the_projects_lock_counts_where_the_image_has_none() {
    let folder = folder();
    let archive = without_lock();
    let (stdout, _) = run(&folder, "--output-format concise -", &archive, 1);
    assert!(stdout.contains("`typescript` is a tool for development"), "{stdout}");
    let lock = r#"{"lockfileVersion":3,"packages":{"":{},"node_modules/ms":{"version":"2.1.3","dev":true}}}"#;
    fs::write(folder.path().join("package-lock.json"), lock).unwrap();
    for (name, expected) in [("shop", true), ("another", false)] {
        fs::write(folder.path().join("package.json"), format!("{{\"name\":\"{name}\"}}")).unwrap();
        let (stdout, _) = run(&folder, "--output-format concise -", &archive, 1);
        assert_eq!(stdout.contains("`ms` is dev by `package-lock.json`"), expected, "{name}: {stdout}");
    }
    let (stdout, _) = run(&folder, "--output-format concise --context . -", &archive, 1);
    assert!(stdout.contains("`ms` is dev by `package-lock.json`"), "{stdout}");
}

/// An image with packages and package.json, and no lock; old archives need no digests in their names.
fn without_lock() -> Vec<u8> {
    let mut layer = tar::Builder::new(Vec::new());
    add(&mut layer, "app/package.json", br#"{"name":"shop","devDependencies":{"typescript":"5.9.3"}}"#);
    add(&mut layer, "app/node_modules/ms/index.js", b"x");
    add(&mut layer, "app/node_modules/typescript/index.js", b"x");
    let layer = layer.into_inner().unwrap();
    let digest = sha256(&layer);
    let mut outer = tar::Builder::new(Vec::new());
    add(&mut outer, "1/layer.tar", &layer);
    let config = format!(
        r#"{{"os":"linux","architecture":"amd64","config":{{"User":"1000","WorkingDir":"/app"}},"rootfs":{{"diff_ids":["sha256:{digest}"]}}}}"#
    );
    add(&mut outer, "c.json", config.as_bytes());
    add(&mut outer, "manifest.json", br#"[{"Config":"c.json","Layers":["1/layer.tar"]}]"#);
    outer.into_inner().unwrap()
}

fn add(builder: &mut tar::Builder<Vec<u8>>, path: &str, content: &[u8]) {
    let mut header = tar::Header::new_gnu();
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    builder.append_data(&mut header, path, content).unwrap();
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).iter().map(|it| format!("{it:02x}")).collect()
}
