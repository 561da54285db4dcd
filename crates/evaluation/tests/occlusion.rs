//! The committed face network on covered and bare faces made from photographs that it was trained with: floors under the
//! rates, so that a change which spoils the measure fails. The honest figures, of people that no network was trained
//! with, are in `docs/FACE-NETWORK.md`.
#![allow(clippy::unwrap_used)]

use nearfar::quality::face_network::{FaceAttributes, FaceNetwork};
use nearfar_evaluation::occlusion_rates::{Seen, Table};
use nearfar_inspect::model::{detector, workspace};
use nearfar_rendering::covers::{Cover, Materials};
use nearfar_rendering::photographs::{Amount, read_list, samples};

#[test]
fn covers_are_told_from_bare_faces() {
    let root = workspace();
    let folders = [root.join("node_modules")];
    let list = read_list(&root.join("crates/evaluation/corpus/photographs.json")).unwrap();
    let (mut detector, mut network) = (detector(None).unwrap(), FaceNetwork::default());
    let amount = Amount { bare: 3, glasses: 1, each_cover: 1 };
    let mut measures: Vec<(Cover, f32)> = Vec::new();
    // The package that the workspace has anyway; every other face of it is enough for a floor.
    let here = list.iter().filter(|photograph| photograph.source == "npm:@vladmandic/face-api");
    for photograph in here.step_by(2) {
        let path = photograph.path(&folders).unwrap();
        // No photographs of covers: every one is drawn.
        let seen = samples(photograph, &path, &Materials::default(), amount, &mut detector, |sample| {
            if let Some(seen) = Seen::new(&sample, &mut network).unwrap() {
                measures.push((sample.cover, seen.log_odds));
            }
        });
        assert!(seen.unwrap(), "{} is not found bare", photograph.person);
    }
    let table = Table::new(&measures, FaceAttributes::LIMIT);
    assert!(table.bare > 35, "{table}");
    assert!(table.false_alarms <= 0.06, "{table}");
    assert!(table.lines[0].auc > 0.97, "{table}");
    assert!(table.lines[0].hits > 0.8, "{table}");
    for line in &table.lines {
        assert!(line.auc > 0.9 && line.hits > 0.5, "{table}");
    }
}
