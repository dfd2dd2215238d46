//! Archives of all kinds, and hostile ones.

use serde_json::json;

use super::testing::{LayerBuilder, Nothing, Packing, config, oci, read, saved};
use super::{Image, Kind};

fn layer() -> LayerBuilder {
    LayerBuilder::default()
}

/// An image of these layers.
fn image(layers: &[LayerBuilder]) -> Result<Image, String> {
    let layers: Vec<Vec<u8>> = layers.iter().map(|it| it.clone().bytes()).collect();
    let steps = vec!["COPY . . # buildkit"; layers.len()];
    read(&saved(&config(&json!({}), &steps, &layers), &layers), None, &Nothing).map_err(|it| it.to_string())
}

/// What a container sees: path, size, layer from 1; folders left out.
fn seen(image: &Image) -> Vec<String> {
    let files = image.tree.entries().filter(|it| it.kind != Kind::Folder);
    files.map(|it| format!("{} {} {}", it.path, it.size, it.layer.map_or(0, |it| it + 1))).collect()
}

#[track_caller]
fn check(layers: &[LayerBuilder], expected: &[&str]) {
    assert_eq!(seen(&image(layers).expect("it is an image")), expected);
}

#[track_caller]
fn check_error(archive: &[u8], expected: &str) {
    let error = read(archive, None, &Nothing).expect_err("it is broken").to_string();
    assert!(error.contains(expected), "{error}");
}

#[test]
fn later_layers_cover_earlier_ones() {
    let below = layer().file("app/a", "1").file("app/b/c", "22").file("app/b/d", "333").file("x", "4444");
    check(&[below.clone(), layer().file("app/a", "12345").file("app/.wh.b", "").file("./.wh.x", "")], &["/app/a 5 2"]);
    // What hides a folder's content leaves what the same layer puts there, wherever that stands.
    let opaque = layer().file("app/b/e", "55555").folder("app/b/").file("app/b/.wh..wh..opq", "");
    check(&[below.clone(), opaque], &["/app/a 1 1", "/app/b/e 5 2", "/x 4 1"]);
    let again = layer().file("app/.wh.b", "").file("app/b/n", "1");
    check(&[below.clone(), again], &["/app/a 1 1", "/app/b/n 1 2", "/x 4 1"]);
    // A file where a folder was, and the other way round.
    check(&[below.clone(), layer().file("app", "1")], &["/app 1 2", "/x 4 1"]);
    check(&[below, layer().file("x/y", "1")], &["/app/a 1 1", "/app/b/c 2 1", "/app/b/d 3 1", "/x/y 1 2"]);
}

#[test]
fn hidden_bytes_are_those_of_files_without_a_name() {
    let below = layer().file("a", "1").hard_link("b", "a").file("c", "22");
    let image = image(&[below, layer().file(".wh.a", ""), layer().file(".wh.b", "").file("c", "1")]).unwrap();
    let hidden: Vec<_> = image.tree.hidden().map(|it| (it.path, it.size, it.layer, it.by)).collect();
    assert_eq!(hidden, [("/a".to_owned(), 1, 0, 2), ("/c".to_owned(), 2, 0, 2)]);
}

#[test]
fn hard_links_are_one_file() {
    let image = image(&[layer().file("b", "333"), layer().file("a", "22").hard_link("c", "a").hard_link("d", "/b")]);
    let image = image.expect("it is an image");
    assert_eq!(seen(&image), ["/a 2 2", "/b 3 1", "/c 2 2", "/d 3 1"]);
    let again: Vec<bool> = image.tree.entries().map(|it| it.is_again).collect();
    assert_eq!(again, [false, false, true, true]);
}

#[test]
fn links_stay_in_the_image() {
    let layers = [layer().file("app/a", "1").link("l", "app").link("app/up", "../../../../app/a").link("loop", "loop")];
    let image = image(&layers).expect("it is an image");
    let resolved = |it: &str| image.tree.resolve(it).map(|it| it.path);
    assert_eq!(resolved("/l/a").as_deref(), Some("/app/a"));
    assert_eq!(resolved("/app/up").as_deref(), Some("/app/a"));
    assert_eq!(resolved("/loop").or_else(|| resolved("/app/a/b")), None);
    assert_eq!(image.tree.get("/l").map(|it| it.kind), Some(Kind::Link));
}

#[test]
fn every_packing_says_the_same() {
    let long = format!("app/{}/x.js", "long-name/".repeat(20));
    let layers = vec![layer().file(&long, "1").file("b", "22").bytes(), layer().file("c", vec![7; 70_000]).bytes()];
    let config = config(&json!({ "User": "node" }), &["ADD a", "RUN b"], &layers);
    let plain = read(&saved(&config, &layers), None, &Nothing).unwrap();
    assert_eq!(plain.layers[1].instruction.as_deref(), Some("RUN b"));
    for packing in [Packing::Plain, Packing::Gzip, Packing::Zstd] {
        let archive = oci(&[("amd64", config.clone(), layers.clone())], packing);
        for outer in [Packing::Plain, Packing::Gzip, Packing::Zstd] {
            let found = read(&outer.pack(&archive), None, &Nothing).unwrap();
            assert_eq!((seen(&found), &found.layers, &found.config), (seen(&plain), &plain.layers, &plain.config));
        }
    }
}

#[test]
fn platforms_are_chosen() {
    let of = |name: &str| {
        let layers = vec![layer().file(name, "1").bytes()];
        let config = String::from_utf8(config(&json!({}), &["COPY"], &layers)).unwrap();
        (config.replace("amd64", name).into_bytes(), layers)
    };
    let ((a, a_layers), (b, b_layers)) = (of("s390x"), of("ppc64le"));
    let archive = oci(&[("s390x", a, a_layers), ("ppc64le", b, b_layers)], Packing::Gzip);
    let found = read(&archive, Some("linux/ppc64le"), &Nothing).unwrap();
    assert_eq!((seen(&found), found.config.platform.as_str()), (vec!["/ppc64le 1 1".to_owned()], "linux/ppc64le"));
    check_error(&archive, "only for linux/ppc64le, linux/s390x: choose with `--platform`");
}

#[test]
fn what_is_no_image() {
    check_error(b"hello", "image.tar: not an image: no tar archive");
    check_error(&layer().file("etc/passwd", "root").bytes(), "not an image: it has neither a `manifest.json`");
    check_error(&layer().file("manifest.json", "{").bytes(), "manifest.json: not as it should be");
    check_error(&layer().file("manifest.json", "[]").bytes(), "manifest.json: it names no image");
    let manifest = r#"[{"Config":"c","Layers":[]},{"Config":"c","Layers":[],"RepoTags":["b:1"]}]"#;
    check_error(&layer().file("manifest.json", manifest).bytes(), "it holds 2 images (b:1)");
    let manifest = r#"[{"Config":"../../etc/passwd","Layers":["../x"]}]"#;
    check_error(&layer().file("manifest.json", manifest).bytes(), "the manifest names it, and it is not there");
    let index = r#"{"manifests":[{"digest":"sha256:../../etc/passwd"}]}"#;
    check_error(&layer().file("index.json", index).bytes(), "is not a sha256 digest");
}

#[test]
fn hostile_entries() {
    for (entries, expected) in [
        (layer().file("app/../../etc/passwd", "1"), "leads out of the image"),
        (layer().hard_link("a", "../../etc/passwd"), "leads out of the image"),
        (layer().hard_link("a", "b"), "is a hard link to `/b`, which is no file there"),
        (layer().folder("b").hard_link("a", "b"), "is a hard link to `/b`, which is no file there"),
        (layer().hard_link("a", "a"), "is a hard link to `/a`, which is no file there"),
        (layer().file(&format!("app/{}", "a/".repeat(4000)), "1"), "a path is longer than any system allows"),
    ] {
        let error = image(&[entries]).expect_err("it is hostile");
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn damaged_archives() {
    let layers = vec![layer().file("a", vec![b'x'; 5000]).bytes()];
    let config = config(&json!({}), &["COPY"], &layers);
    let archive = saved(&config, &layers);
    // Cut anywhere: an error, and never a wrong result.
    for end in (0..archive.len() - 1024).step_by(333) {
        assert!(read(&archive[..end], None, &Nothing).is_err(), "{end}");
    }
    check_error(&archive[..3000], "the archive ends in the middle of it");
    let packed = oci(&[("amd64", config.clone(), layers.clone())], Packing::Gzip);
    let outer = Packing::Gzip.pack(&packed);
    check_error(&outer[..outer.len() / 2], "the archive ends in the middle of it");
    // Another byte in the layer's file.
    let mut wrong = archive.clone();
    let at = wrong.iter().position(|it| *it == b'x').unwrap();
    wrong[at] = b'y';
    check_error(&wrong, "its bytes have the digest sha256:");
    // In old archives no name says the digest.
    let manifest = json!([{ "Config": "c.json", "Layers": ["1/layer.tar"] }]).to_string();
    let other = layer().file("b", "1").bytes();
    let old = layer().file("1/layer.tar", other).file("c.json", &config).file("manifest.json", manifest).bytes();
    check_error(&old, "1/layer.tar: its content has the digest sha256:");
}

#[test]
fn layers_of_old_archives_may_be_links() {
    let layers = vec![layer().file("a", "1").bytes(), layer().file("a", "1").bytes()];
    let config = config(&json!({}), &["COPY a", "COPY b"], &layers);
    let manifest = json!([{ "Config": "c.json", "Layers": ["1/layer.tar", "2/layer.tar"] }]).to_string();
    let archive = layer().file("1/layer.tar", &layers[0]).link("2/layer.tar", "../1/layer.tar");
    let archive = archive.file("c.json", config).file("manifest.json", manifest).bytes();
    assert_eq!(seen(&read(&archive, None, &Nothing).unwrap()), ["/a 1 2"]);
}

#[test]
fn bombs_are_not_read_on() {
    // 300 MiB of nothing in 300 KiB.
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let mut header = tar::Header::new_gnu();
    header.set_size(300 << 20);
    header.set_path("zeros").unwrap();
    header.set_cksum();
    std::io::Write::write_all(&mut encoder, header.as_bytes()).unwrap();
    std::io::copy(&mut std::io::Read::take(std::io::repeat(0), 300 << 20), &mut encoder).unwrap();
    let bomb = encoder.finish().unwrap();
    let manifest = json!([{ "Config": "c.json", "Layers": ["layer.tar"] }]).to_string();
    let archive = layer().file("layer.tar", &bomb).file("manifest.json", manifest).bytes();
    check_error(&archive, "layer.tar: grows to more than 100 times its size");
}

#[test]
fn absurd_headers() {
    let long = |kind: u8, size: u64| {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::new(kind));
        header.set_size(size);
        header.set_cksum();
        header.as_bytes().to_vec()
    };
    check_error(&long(b'L', 1 << 40), "an extended header of 1099511627776 bytes");
    check_error(&long(b'x', 1 << 33), "an extended header of");
    check_error(&long(b'0', 1 << 59), "the archive ends in the middle of it");
}
