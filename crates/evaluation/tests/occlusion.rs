//! Lower bounds on the rates of the committed face network on covered and bare faces, from photographs that it was
//! trained with. The rates on people that no network was trained with are in `docs/FACE-NETWORK.md`.
#![allow(clippy::unwrap_used, reason = "a failing unwrap fails the test")]

use nearfar::quality::face_network::{FaceAttributes, FaceNetwork};
use nearfar_evaluation::faces::occlusion_rates::{MeasuredSample, Table};
use nearfar_inspect::model::{detector, workspace};
use nearfar_rendering::covers::{Cover, Materials};
use nearfar_rendering::photographs::{Amount, read_corpus, samples};

#[test]
fn covered_faces_are_distinguished_from_bare_ones() {
    let folders = [workspace().join("node_modules")];
    let list = read_corpus().unwrap();
    let (mut detector, mut network) = (detector(None).unwrap(), FaceNetwork::default());
    let amount = Amount { bare: 3, glasses: 1, each_cover: 1 };
    let mut measures: Vec<(Cover, f32)> = Vec::new();
    // The package that the workspace depends on; every other face is enough for a lower bound.
    let here = list.iter().filter(|photograph| photograph.source == "npm:@vladmandic/face-api");
    for photograph in here.step_by(2) {
        let path = photograph.path(&folders).unwrap();
        // Without photographs of covers all covers are drawn.
        let is_found = samples(photograph, &path, &Materials::default(), amount, &mut detector, |sample| {
            if let Some(measured) = MeasuredSample::new(&sample, &mut network).unwrap() {
                measures.push((sample.cover, measured.log_odds));
            }
        });
        assert!(is_found.unwrap(), "the bare face of {} is not found", photograph.person);
    }
    let table = Table::new(&measures, FaceAttributes::LIMIT);
    assert!(table.bare > 35, "{table}");
    assert!(table.false_alarms <= 0.06, "{table}");
    assert!(table.lines[0].auc > 0.97, "{table}");
    assert!(table.lines[0].detection_rate > 0.8, "{table}");
    for line in &table.lines {
        assert!(line.auc > 0.9 && line.detection_rate > 0.5, "{table}");
    }
}
