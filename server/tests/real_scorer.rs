//! The service with the real scorer and real pictures.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod common;
mod staged;

use std::sync::Arc;

use common::Service;
use nearfar_scoring::Scorer;
use nearfar_server::judging::judge_next;
use nearfar_store::AccountSettings;
use serde_json::json;
use staged::captured;
use staged::staging::{self, evidence::evidence};

#[tokio::test]
async fn an_honest_capture_passes_and_one_that_does_not_grow_does_not() {
    let scorer: Arc<dyn Scorer> = Arc::new(staging::scorer());
    let service = Service::judged_by(Some(scorer), |_| {}).await;
    let shop = service.integrator(AccountSettings { audit_images: true, ..AccountSettings::default() }).await;
    let someone = staging::someone(0);
    let honest = evidence(&someone.far, &someone.near);
    let still = evidence(&someone.far, &someone.far);
    for (evidence, passes) in [(honest, true), (still, false)] {
        let session = service.session(&shop, json!({})).await;
        let issued = service.attempt(&session.token, "a").await;
        let nonce = issued.manifest["nonce"].as_str().expect("a nonce");
        let attempt = captured("a", nonce, &evidence, service.app.now());
        service.pass(9_000);
        service.upload(&session.token, &attempt).await.ok();
        assert!(judge_next(&service.app).await.expect("judged"));
        let status = service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
        assert_eq!(status.data()["state"], if passes { "succeeded" } else { "failed" }, "{:?}", status.body);
        if passes {
            let result = service.result(&shop, &session.id).await.ok();
            assert!(result.data()["score"].as_u64() >= Some(80), "{:?}", result.data()["score"]);
        }
    }
}
