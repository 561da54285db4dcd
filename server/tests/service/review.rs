//! The review of a session with the real scorer: every figure has words and limits, and a reviewer sees what decided.

use std::sync::Arc;

use crate::common::Service;
use crate::rendered::{by_engine, captured};
use nearfar_evaluation::captures::evidence::evidence;
use nearfar_evaluation::captures::species::{Challenges, Species};
use nearfar_evaluation::captures::{self, own_portraits};
use nearfar_protocol::motion::PathLength;
use nearfar_scoring::{Check, CheckOutcome, Outcome, Scorer, Verdict};
use nearfar_server::commands::show::render;
use nearfar_server::review::figures::figure_words;
use nearfar_server::workers::scoring::score_next;
use nearfar_store::AccountSettings;
use serde_json::json;

/// Verdicts on captures that together run every check.
fn verdicts() -> Vec<Verdict> {
    let person = own_portraits(|person| person == "marc").pop().expect("a portrait of the workspace");
    let challenges = Challenges { is_lit: true, path: Some(PathLength::Short) };
    let scorer = captures::scorer();
    let mut all: Vec<Verdict> = [Species::BonaFide, Species::FlatPrint, Species::InjectedLoop, Species::AlteredUpload]
        .into_iter()
        .map(|species| scorer.score(&species.capture(&person, 1, &challenges)))
        .collect();
    let pair = captures::bona_fide_pair(0);
    let mut driven = evidence(&pair.far, &pair.near);
    driven.manifest.device.signs = Some(vec!["automation".into(), "virtual_camera".into(), "made_track".into()]);
    driven.manifest.device.stream =
        serde_json::from_value(json!({"frames": 90, "equal": 85, "recurring": 3, "sizes": 2, "quiet": 0.95}))
            .expect("facts");
    all.push(scorer.score(&driven));
    all
}

#[test]
fn every_figure_of_the_scorer_has_words_and_limits_agree_with_outcomes() {
    let verdicts = verdicts();
    let outcomes: Vec<&CheckOutcome> = verdicts.iter().flat_map(|verdict| &verdict.checks).collect();
    for outcome in &outcomes {
        for name in outcome.figures.keys() {
            assert!(figure_words(outcome.check, name).is_some(), "{:?} reports {name} without words", outcome.check);
        }
        for name in outcome.bounds.keys() {
            assert!(outcome.figures.contains_key(name), "{:?} limits {name} without a figure", outcome.check);
        }
    }
    // Each check ran in one capture at least, but for those that need what a simulated capture lacks.
    for check in Check::ALL {
        let ran = outcomes.iter().any(|outcome| outcome.check == check && outcome.outcome != Outcome::Skipped);
        assert!(ran || matches!(check, Check::Pad | Check::Video), "{check:?} never ran");
    }
    // A check that passed has no figure outside its limits, where the figure alone decides.
    for outcome in outcomes.iter().filter(|outcome| outcome.outcome == Outcome::Passed) {
        let evidence_only = outcome.figures.contains_key("doubt");
        for (name, bounds) in outcome.bounds.iter().filter(|_| !evidence_only) {
            let figure = outcome.figures[name];
            let decides = !(outcome.check == Check::Certainty && name == "decisive");
            assert!(!decides || bounds.contains(figure), "{:?}: {name} {figure} {bounds:?}", outcome.check);
        }
    }
}

#[tokio::test]
async fn a_reviewer_sees_the_verdict_the_limit_and_the_program() {
    let scorer: Arc<dyn Scorer> = Arc::new(captures::scorer());
    let service = Service::scored_by(Some(scorer), |_| {}).await;
    let shop = service.integrator(AccountSettings::default()).await;
    let page =
        async |id: &str| render(&service.app.store, &*service.app.scorer, id, service.app.now()).await.expect("a page");
    let waiting = service.session(&shop, json!({"userId": "<b>ann</b>"})).await;
    let shown = page(&waiting.id).await;
    assert!(shown.contains("Waiting for the person") && shown.contains("&lt;b&gt;ann&lt;/b&gt;"), "{shown}");
    let report = json!({"code": "cancelled", "instruction": "too_far", "message": "<img src=x onerror=alert(1)>"});
    service.page("POST", "/h5/api/v1/problems", &waiting.token, Some(report)).await.ok();
    let shown = page(&waiting.id).await;
    assert!(shown.contains("Move closer") && !shown.contains("<img src=x"), "{shown}");

    let pair = captures::bona_fide_pair(0);
    let honest = by_engine(evidence(&pair.far, &pair.near));
    let session = service.session(&shop, json!({})).await;
    let issued = service.attempt(&session.token, "a").await;
    let mut attempt = captured(&issued, &honest, service.app.now());
    attempt.manifest["device"]["signs"] = json!(["automation"]);
    attempt.manifest["instructions"][0]["code"] = json!("<script>alert(2)</script>");
    service.pass(9_000);
    service.upload(&session.token, &attempt).await.ok();
    assert!(score_next(&service.app).await.expect("scored"));
    let shown = page(&session.id).await;
    assert!(shown.contains("Live person, score") && shown.contains("This capture was driven by a program"), "{shown}");
    // The growth stands beside its limit, and the drawing of the timeline is there.
    assert!(shown.contains("at least 1.40 times") && shown.contains("Instructions over time; the table"), "{shown}");
    assert!(shown.contains("&lt;script&gt;alert(2)") && !shown.contains("<script"), "{shown}");

    // Far again: it did not come nearer.
    let still = by_engine(evidence(&pair.far, &pair.far));
    let session = service.session(&shop, json!({})).await;
    let issued = service.attempt(&session.token, "a").await;
    let attempt = captured(&issued, &still, service.app.now());
    service.pass(9_000);
    service.upload(&session.token, &attempt).await.ok();
    assert!(score_next(&service.app).await.expect("scored"));
    let shown = page(&session.id).await;
    assert!(shown.contains("Not scored: the face is not as asked for"), "{shown}");
    assert!(shown.contains("The person did not come near enough.") && shown.contains("% outside"), "{shown}");
    assert!(!shown.contains("driven by a program"), "{shown}");
}
