//! Parsing and validation of manifests.

use super::*;
use serde_json::{Value, json};

fn sample() -> Value {
    let hash = "0".repeat(64);
    json!({
        "nonce": "n", "farImageTime": 1_713_247_589_908_i64, "nearImageTime": 1_713_247_593_101_i64,
        "cameraType": "WEB_CAMERA",
        "files": [
            {"name": "far", "sha256": hash, "bytes": 1}, {"name": "near", "sha256": hash, "bytes": 1},
            {"name": "audit-0", "sha256": hash, "bytes": 1}
        ],
        "ovals": {"far": {"x": 1, "y": 1, "width": 10, "height": 12}, "near": {"x": 0, "y": 0, "width": 20, "height": 24}},
        "viewport": {"width": 100, "height": 200},
        "instructions": [{"time": 1, "phase": "far", "code": "move_closer", "failing": ["too_far"]}],
        "audit": [{"name": "audit-0", "time": 1, "phase": "far", "code": "keep_still"}],
        "device": {"userAgent": "x", "frameWidth": 720}
    })
}

fn parse(change: impl FnOnce(&mut Value)) -> Result<Manifest, ManifestError> {
    let mut value = sample();
    change(&mut value);
    Manifest::parse(value.to_string().as_bytes())
}

#[test]
fn a_valid_manifest_round_trips() {
    let manifest = parse(|_| {}).expect("good");
    let again = Manifest::parse(&serde_json::to_vec(&manifest).expect("json")).expect("good");
    assert_eq!(manifest, again);
    assert_eq!(manifest.file("audit-0").map(|file| file.bytes), Some(1));
}

#[test]
fn stop_pictures_match_their_entries() {
    let with = |files: &[&str], stops: Value| {
        parse(|value| {
            let all = value["files"].as_array_mut().expect("files");
            all.extend(files.iter().map(|name| json!({"name": name, "sha256": "0".repeat(64), "bytes": 1})));
            value["stops"] = stops;
        })
    };
    let entry = |name: &str| json!({"name": name, "time": 5});
    let good = with(&["stop-0", "stop-1"], json!([entry("stop-0"), entry("stop-1")])).expect("good");
    assert_eq!(good.stops.iter().map(|stop| stop.name.as_str()).collect::<Vec<_>>(), ["stop-0", "stop-1"]);
    for (files, stops) in [
        (&["stop-0"][..], json!([])),
        (&[], json!([entry("stop-0")])),
        (&["stop-1"], json!([entry("stop-0")])),
        (&["stop-0", "stop-1"], json!([entry("stop-1"), entry("stop-0")])),
        (&["stop-0"], json!([{"name": "stop-0", "time": 0}])),
    ] {
        assert_eq!(with(files, stops.clone()), Err(ManifestError::Stops), "{files:?} {stops}");
    }
    assert_eq!(with(&["stop-2"], json!([])), Err(ManifestError::Name("stop-2".into())));
}

#[test]
fn each_invalid_manifest_has_its_error() {
    assert!(matches!(Manifest::parse(b"{"), Err(ManifestError::Syntax(_))));
    assert_eq!(parse(|m| m["files"][2]["name"] = json!("audit-00")), Err(ManifestError::Name("audit-00".into())));
    assert_eq!(parse(|m| m["files"][2]["name"] = json!("../x")), Err(ManifestError::Name("../x".into())));
    assert_eq!(parse(|m| m["files"][2]["name"] = json!("far")), Err(ManifestError::Twice("far".into())));
    assert_eq!(parse(|m| m["files"][1]["name"] = json!("video")), Err(ManifestError::Missing("near")));
    assert_eq!(parse(|m| m["files"][0]["sha256"] = json!("A")), Err(ManifestError::Hash("far".into())));
    assert_eq!(parse(|m| m["files"][0]["bytes"] = json!(0)), Err(ManifestError::Empty("far".into())));
    assert_eq!(parse(|m| m["audit"] = json!([])), Err(ManifestError::Audit));
    assert_eq!(parse(|m| m["viewport"]["width"] = json!(0)), Err(ManifestError::Figure("viewport")));
    assert_eq!(parse(|m| m["ovals"]["far"]["x"] = json!(1e300)), Err(ManifestError::Figure("ovals.far")));
    let long = "x".repeat(MAX_TEXT + 1);
    assert_eq!(parse(|m| m["device"]["platform"] = json!(long)), Err(ManifestError::TooLong("device.platform")));
    let stream = |quiet: f64| json!({"frames": 90, "intervalMs": 33.3, "quiet": quiet});
    assert!(parse(|m| m["device"]["stream"] = stream(0.1)).is_ok());
    assert_eq!(parse(|m| m["device"]["stream"] = stream(1.5)), Err(ManifestError::Figure("device.stream")));
    let entry = json!({"time": 1, "phase": "far", "code": "x"});
    let many = Value::Array(vec![entry; MAX_INSTRUCTIONS + 1]);
    assert!(matches!(parse(|m| m["instructions"] = many), Err(ManifestError::TooMany { .. })));
    let shown = json!({"color": "#ff6666", "from": 1, "until": 2});
    let light = |count| json!({"outcome": "shown", "shown": vec![shown.clone(); count]});
    assert!(parse(|m| m["light"] = light(6)).is_ok());
    assert!(matches!(parse(|m| m["light"] = light(17)), Err(ManifestError::TooMany { what: "colours", .. })));
    assert!(matches!(parse(|m| m["light"]["outcome"] = json!("x")), Err(ManifestError::Syntax(_))));
}
