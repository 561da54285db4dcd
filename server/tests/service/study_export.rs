//! The export of a study: people in halves, and `evaluate` scores it like the service.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use nearfar_scoring::Scorer;
use nearfar_server::workers::scoring::score_next;

use crate::common::Service;
use crate::rendered::{by_engine, captured};
use crate::study::{answer, session, study, with_study};
use nearfar_evaluation::captures::{self, CapturePair, evidence::evidence};
use nearfar_evaluation::datasets::folders::read_captures;

/// The paths below a folder.
fn listed(folder: &Path) -> BTreeSet<String> {
    let relative = |path: PathBuf| path.strip_prefix(folder).expect("below it").display().to_string();
    Service::files_below(folder.to_owned()).into_iter().map(relative).collect()
}

/// A person is captured with a video, and scored by the real scorer.
async fn present(service: &Service, arguments: &[&str], shown: &CapturePair) {
    let (session, _) = session(service, arguments).await;
    answer(service, &session, true).await.ok();
    let issued = service.attempt(&session.token, "a").await;
    let pictures = by_engine(evidence(&shown.far, &shown.near));
    let mut attempt = captured(&issued, &pictures, service.app.now());
    attempt.add("video", b"\x1a\x45\xdf\xa3 a video");
    service.pass(9_000);
    service.upload(&session.token, &attempt).await.ok();
    assert!(score_next(&service.app).await.expect("scored"));
}

#[tokio::test]
async fn evaluate_scores_an_export_like_the_service() {
    let scorer = Arc::new(captures::scorer());
    let service = Service::scored_by(Some(scorer.clone()), with_study).await;
    let (person, print) = (captures::bona_fide_pair(0), captures::print_pair(0));
    present(&service, &["--person", "P1", "--bona-fide", "--glasses", "none"], &person).await;
    let attack = ["--person", "P1", "--species", "print", "--instrument", "A4, matt", "--label", "room=2"];
    present(&service, &attack, &print).await;
    present(&service, &["--person", "P2", "--bona-fide"], &captures::bona_fide_pair(1)).await;
    let (turned_away, _) = session(&service, &attack).await;
    answer(&service, &turned_away, true).await.ok();
    service.pass(3_600_000);
    let folder = service.storage.folder().join("an export");
    let reported = study(&service, &["export", &folder.display().to_string()]).await.expect("written");

    let mut expected = BTreeSet::from(["labels.csv".to_owned()]);
    for (half, kind, name) in
        [("fit", "bona-fide", "P1-001"), ("fit", "attack/print", "P1-002"), ("test", "bona-fide", "P2-001")]
    {
        for picture in ["far", "near"] {
            expected.insert(format!("{half}/{kind}/{name}-{picture}.jpg"));
        }
        expected.insert(format!("{half}/video/{kind}/{name}.webm"));
        expected.insert(format!("{half}/other/{name}/manifest.json"));
        expected.insert(format!("{half}/other/{name}/audit-0.jpg"));
    }
    assert_eq!(listed(&folder), expected);

    let table = std::fs::read_to_string(folder.join("labels.csv")).expect("a table");
    let rows: Vec<&str> = table.split_terminator("\r\n").collect();
    assert_eq!(rows.len(), 4);
    assert!(
        rows[0].starts_with("capture,half,person,presenter,") && rows[0].ends_with(",agreed_at,label_room"),
        "{}",
        rows[0]
    );
    assert!(rows[1].starts_with("P1-001,fit,P1,,bona-fide,,,,,none,study-"), "{}", rows[1]);
    assert!(rows[1].contains(",yes,SUCCESS,") && rows[1].contains(",live,2026-01@"), "{}", rows[1]);
    assert!(rows[2].starts_with("P1-002,fit,P1,,attack,print,\"A4, matt\","), "{}", rows[2]);
    assert!(rows[2].contains(",attack,2026-01@") && rows[2].ends_with(",2"), "{}", rows[2]);

    for (kind, is_live) in [("fit/bona-fide", true), ("fit/attack/print", false), ("test/bona-fide", true)] {
        let read = read_captures(&folder.join(kind)).expect("evaluate reads it");
        assert_eq!(read.len(), 1);
        let verdict = scorer.score(&read[0].1);
        assert_eq!(verdict.score.is_some_and(|score| score >= 50), is_live, "{kind}: {verdict:?}");
    }
    assert!(reported.contains("captures: 3, people: 2, in "), "{reported}");
    assert!(
        reported
            .contains("| fit | print | 1 | APCER 0 of 2: 0.0 % (0.0 to 84.2 %) | 1 of 2: 50.0 % (1.3 to 98.7 %) | 1 |"),
        "{reported}"
    );
    let storage = folder.canonicalize().expect("a folder").display().to_string();
    let command = format!(
        "npm run evaluate -- --bona-fide '{storage}/fit/bona-fide' --attack 'print={storage}/fit/attack/print'"
    );
    assert!(reported.contains(&command), "{reported}");

    let again = study(&service, &["export", &folder.display().to_string()]).await.expect_err("it is there");
    assert!(again.to_string().contains("it must be a new folder"), "{again}");
    #[cfg(unix)]
    for path in Service::files_below(folder) {
        let mode = std::os::unix::fs::PermissionsExt::mode(&path.metadata().expect("it is there").permissions());
        assert_eq!(mode & 0o077, 0, "{}", path.display());
    }
}
