//! The service with the real scorer and real pictures.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use std::sync::Arc;

use crate::common::{START, Service};
use crate::rendered::{by_engine, captured};
use nearfar_evaluation::captures::{self, evidence::evidence};
use nearfar_scoring::Scorer;
use nearfar_server::commands::show::{ShowArgs, render, write};
use nearfar_server::workers::scoring::score_next;
use nearfar_store::{AccountSettings, Actor, LightSetting};
use serde_json::json;

#[tokio::test]
async fn an_honest_capture_passes_and_one_that_does_not_grow_does_not() {
    let scorer: Arc<dyn Scorer> = Arc::new(captures::scorer());
    let service = Service::scored_by(Some(scorer), |_| {}).await;
    let pair = captures::bona_fide_pair(0);
    let honest = by_engine(evidence(&pair.far, &pair.near));
    let still = by_engine(evidence(&pair.far, &pair.far));
    // Light was required and the page reported none: nobody passes, and nobody is called an attack.
    let unlit = (honest.clone(), LightSetting::Required, "retry");
    for (evidence, light_challenge, state) in
        [(honest, LightSetting::Off, "succeeded"), (still, LightSetting::Off, "failed"), unlit]
    {
        let settings = AccountSettings { audit_images: true, light_challenge, ..AccountSettings::default() };
        let shop = service.integrator(settings).await;
        let session = service.session(&shop, json!({})).await;
        let issued = service.attempt(&session.token, "a").await;
        let mut attempt = captured(&issued, &evidence, service.app.now());
        attempt.manifest["device"]["cameraLabel"] = json!("<script>alert(1)</script>");
        service.pass(9_000);
        service.upload(&session.token, &attempt).await.ok();
        assert!(score_next(&service.app).await.expect("scored"));
        let status = service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
        assert_eq!(status.data()["state"], state, "{:?}", status.body);
        if state == "succeeded" {
            let result = service.result(&shop, &session.id).await.ok();
            assert!(result.data()["score"].as_u64() >= Some(80), "{:?}", result.data()["score"]);
        }
        let shown = render(&service.app.store, &*service.app.scorer, &session.id, service.app.now()).await.unwrap();
        // Far, near and the depth map; nothing is requested or executed.
        assert_eq!(shown.matches("data:image/jpeg").count(), 2 + attempt.manifest["audit"].as_array().unwrap().len());
        // Between a picture and itself there is no parallax.
        let is_still = evidence.files["far"] == evidence.files["near"];
        assert_eq!(shown.matches("data:image/png").count(), usize::from(!is_still));
        assert!(shown.contains("&lt;script&gt;alert(1)") && !shown.contains("<script"), "{shown}");
        let failed = shown.matches("✗ failed").count();
        assert_eq!(failed > 0, state != "succeeded", "{failed} failed checks");
        let out = service.storage.folder().join(format!("{}.html", session.id));
        let args = ShowArgs { signature_id: session.id.clone(), out: Some(out) };
        assert_eq!(
            &write(&service.app.store, &*service.app.scorer, &args, &Actor::Service, START).await.unwrap(),
            args.out.as_ref().unwrap()
        );
        let again = write(&service.app.store, &*service.app.scorer, &args, &Actor::Service, START).await.unwrap_err();
        assert!(format!("{again:#}").contains("exists"), "a page is not written over: {again:#}");
        service.clear(&shop.token, &format!("?signatureId={}", session.id)).await.ok();
        let shown = render(&service.app.store, &*service.app.scorer, &session.id, service.app.now()).await.unwrap();
        assert!(shown.contains("No attempts are stored") && !shown.contains("data:image/"), "{shown}");
    }
    let unknown = render(&service.app.store, &*service.app.scorer, "nobody", service.app.now()).await.unwrap_err();
    assert_eq!(unknown.to_string(), "no session nobody");
}
