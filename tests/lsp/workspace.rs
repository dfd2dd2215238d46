//! Diagnostics of files that are not open.

use serde_json::{Value, json};

use crate::bed::{Bed, EXPRESS, codes};

const BAD: &str = "FROM node:22-slim\nCMD [\"node\", \"a.js\"]\n";

fn pulls() -> Value {
    json!({ "textDocument": { "diagnostic": {} }, "window": { "workDoneProgress": true } })
}

async fn ask(bed: &mut Bed, known: &Value) -> Value {
    bed.request("workspace/diagnostic", json!({ "previousResultIds": known })).await["items"].take()
}

fn known(items: &Value) -> Value {
    let told = items.as_array().unwrap().iter();
    told.map(|it| json!({ "uri": it["uri"], "value": it["resultId"] })).collect()
}

fn of<'a>(items: &'a Value, uri: &str) -> &'a Value {
    items.as_array().unwrap().iter().find(|it| it["uri"] == uri).unwrap_or_else(|| panic!("{uri}: {items}"))
}

#[tokio::test]
async fn open_and_closed_files_each_once() {
    let mut bed = Bed::on_fixture(pulls(), "express-typescript").await;
    bed.write("api/Dockerfile.prod", BAD);
    bed.write("node_modules/a/Dockerfile", BAD);
    bed.write("excluded/Dockerfile", BAD);
    bed.write("nodestage.toml", "exclude = ['excluded/']\n");
    bed.open("Dockerfile", "dockerfile").await;
    let items = ask(&mut bed, &json!([])).await;
    assert_eq!(items.as_array().unwrap().len(), 3, "{items}");
    let (open, closed) = (of(&items, &bed.uri("Dockerfile")), of(&items, &bed.uri("api/Dockerfile.prod")));
    assert_eq!((codes(&open["items"]), &open["version"]), (EXPRESS.to_vec(), &json!(1)));
    assert_eq!((codes(&closed["items"]), &closed["version"]), (vec!["missing-node-env", "root-user"], &Value::Null));
    assert_eq!(of(&items, &bed.uri("excluded/Dockerfile"))["items"], json!([]));
    bed.finish().await;
}

#[tokio::test]
async fn a_second_answer_waits_for_news() {
    let mut bed = Bed::on_fixture(pulls(), "express-typescript").await;
    bed.write("api/Dockerfile", BAD);
    bed.open("Dockerfile", "dockerfile").await;
    let first = ask(&mut bed, &json!([])).await;
    let params = json!({ "previousResultIds": known(&first) });
    let second = bed.ask("workspace/diagnostic", params).await;
    bed.pull("Dockerfile").await;
    bed.replace("Dockerfile", 2, "FROM scratch\n").await;
    let second = bed.response(second).await["result"]["items"].take();
    assert_eq!(of(&second, &bed.uri("Dockerfile"))["items"], json!([]));
    assert_eq!(of(&second, &bed.uri("api/Dockerfile"))["kind"], "unchanged");
    let third = bed.ask("workspace/diagnostic", json!({ "previousResultIds": known(&second) })).await;
    std::fs::remove_file(bed.path("api/Dockerfile")).unwrap();
    bed.save("Dockerfile").await;
    let third = bed.response(third).await["result"]["items"].take();
    assert_eq!(of(&third, &bed.uri("api/Dockerfile"))["items"], json!([]));
    bed.finish().await;
}

#[tokio::test]
async fn what_is_gone_is_told_once_also_to_a_client_that_forgot_it() {
    let mut bed = Bed::on_fixture(pulls(), "express-typescript").await;
    bed.write("api/Dockerfile", BAD);
    ask(&mut bed, &json!([])).await;
    std::fs::remove_file(bed.path("api/Dockerfile")).unwrap();
    bed.save("Dockerfile").await;
    let items = ask(&mut bed, &json!([])).await;
    assert_eq!(of(&items, &bed.uri("api/Dockerfile"))["items"], json!([]));
    // It lists what is gone for as long as it likes: that is no news.
    let waiting = bed.ask("workspace/diagnostic", json!({ "previousResultIds": known(&items) })).await;
    bed.write("web/Dockerfile", BAD);
    bed.save("Dockerfile").await;
    let items = bed.response(waiting).await["result"]["items"].take();
    assert_eq!(items.as_array().unwrap().len(), 2, "{items}");
    assert_eq!(of(&items, &bed.uri("web/Dockerfile"))["kind"], "full");
    bed.finish().await;
}

#[tokio::test]
async fn a_closed_file_is_answered_from_disk() {
    let mut bed = Bed::on_fixture(pulls(), "express-typescript").await;
    bed.write("package.json.txt", BAD);
    assert_eq!(codes(&bed.pull("Dockerfile").await["items"]), EXPRESS);
    for other in ["package.json.txt", "no/Dockerfile", "../Dockerfile"] {
        assert_eq!(bed.pull(other).await["items"], json!([]), "{other}");
    }
    bed.finish().await;
}

#[tokio::test]
async fn progress_of_a_large_first_scan() {
    let mut bed = Bed::empty(pulls()).await;
    for n in 0..130 {
        bed.write(&format!("app{n}/Dockerfile"), BAD);
    }
    let scan = bed.ask("workspace/diagnostic", json!({ "previousResultIds": [] })).await;
    bed.expect("window/workDoneProgress/create").await;
    let kinds: Vec<Value> = {
        let mut kinds = Vec::new();
        while kinds.last() != Some(&json!("end")) {
            kinds.push(bed.expect("$/progress").await["value"]["kind"].take());
        }
        kinds
    };
    assert_eq!(kinds, ["begin", "report", "report", "report", "end"]);
    assert_eq!(bed.response(scan).await["result"]["items"].as_array().unwrap().len(), 130);
    bed.finish().await;
}
