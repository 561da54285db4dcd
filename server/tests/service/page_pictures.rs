//! Pictures of uploads: accepted only in the form and place in which the page writes them.

use crate::common::Service;
use crate::common::pictures::{self, picture};
use nearfar_server::workers::scoring::score_next;
use nearfar_store::AccountSettings;
use serde_json::json;

/// The 4096x4096 progressive picture of 95 scans that took 2.5 s, in a file with the engine's own tables.
fn slow() -> Vec<u8> {
    let mut bytes = pictures::FAR.clone();
    let frame = frame_header(&bytes);
    bytes[frame + 1] = 0xc2;
    bytes[frame + 5..frame + 9].copy_from_slice(&[0x10, 0, 0x10, 0]);
    bytes.truncate(bytes.len() - 2);
    for _ in 1..95 {
        bytes.extend([0xff, 0xda, 0, 8, 1, 0, 0, 1, 63, 0, 0x55]);
    }
    [bytes, vec![0xff, 0xd9]].concat()
}

/// The offset of the segment SOF0.
fn frame_header(bytes: &[u8]) -> usize {
    bytes.windows(2).position(|pair| pair == [0xff, 0xc0]).expect("a frame")
}

#[tokio::test]
async fn foreign_pictures_are_rejected_and_can_be_retried() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings { system_camera: true, ..AccountSettings::default() }).await;
    let session = service.session(&shop, json!({})).await;
    let good = service.attempt(&session.token, "a").await;
    let profile = [&[0xff, 0xe2, 0xff, 0xff][..], b"ICC_PROFILE\0", &[1; 65_521]].concat().repeat(14);
    let cases: [(&str, Vec<u8>, &str); 8] = [
        ("far", slow(), "far: the picture is progressive; only baseline is accepted"),
        ("near", [&pictures::NEAR[..], b"x"].concat(), "near: 1 bytes follow the end of the picture"),
        ("near", pictures::NEAR[..pictures::NEAR.len() - 2].to_vec(), "near: the file ends too early"),
        ("far", b"far picture".to_vec(), "far: not a JPEG file"),
        ("far", [&pictures::FAR[..20], &profile, &pictures::FAR[20..]].concat(), "far: unexpected marker 0xffe2"),
        ("far", picture("small", 248, 40), "far: 248x248 pixels; only sides of 256 to 4096 and at most 12582912"),
        ("audit-0", picture("large", 328, 40), "audit-0: 328x328 pixels; only sides of 16 to 320"),
        ("audit-0", slow(), "audit-0: the picture is progressive; only baseline is accepted"),
    ];
    for (name, content, reason) in cases {
        for camera in ["WEB_CAMERA", "SYSTEM_CAMERA"] {
            let mut altered = good.clone();
            altered.manifest["cameraType"] = json!(camera);
            altered.replace(name, &content);
            let answer = service.upload(&session.token, &altered).await;
            let answer = answer.expect("PICTURE_INVALID", "A picture is not as the page writes it");
            let reported = answer.body["extra"].as_str().expect("a reason");
            // Photos have their own limits.
            let begin = if camera == "WEB_CAMERA" { reason } else { &reason[..name.len() + 2] };
            assert!(reported.starts_with(begin), "{camera}: {reported}");
        }
    }
    let mut many = good.clone();
    many.replace("far", &slow());
    for index in 1..32 {
        let name = format!("audit-{index}");
        many.add(&name, &pictures::AUDIT);
        let mut entry = many.manifest["audit"][0].clone();
        entry["name"] = json!(name);
        many.manifest["audit"].as_array_mut().expect("a list").push(entry);
    }
    let answer = service.upload(&session.token, &many).await;
    assert_eq!(answer.code(), "PICTURE_INVALID");

    assert!(!score_next(&service.app).await.expect("nothing"), "nothing was taken");
    assert!(service.stored_files().is_empty());
    let status = service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
    assert_eq!((&status.data()["state"], &status.data()["result"]), (&json!("open"), &json!(null)));
    service.upload(&session.token, &good).await.ok();
}

#[tokio::test]
async fn canvas_pictures_are_accepted_where_a_canvas_makes_them() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings { system_camera: true, ..AccountSettings::default() }).await;
    // Another segment order than the engine's, and Exif.
    let by_canvas = |bytes: &[u8]| {
        let frame = frame_header(bytes);
        let exif = [&[0xff, 0xe1, 0, 10][..], b"Exif\0\0\0\0"].concat();
        [
            &bytes[..frame],
            &exif,
            &bytes[frame + 19..frame + 19 + 69 * 2],
            &bytes[frame..frame + 19],
            &bytes[frame + 19 + 69 * 2..],
        ]
        .concat()
    };
    let session = service.session(&shop, json!({})).await;
    let good = service.attempt(&session.token, "a").await;
    for (name, picture) in [("far", &*pictures::FAR), ("near", &*pictures::NEAR), ("audit-0", &*pictures::AUDIT)] {
        let mut altered = good.clone();
        altered.replace(name, &by_canvas(picture));
        let answer = service.upload(&session.token, &altered).await;
        assert_eq!(answer.body["extra"], format!("{name}: unexpected marker 0xffe1"));
    }
    let mut photos = good.clone();
    photos.manifest["cameraType"] = json!("SYSTEM_CAMERA");
    photos.manifest["audit"][0]["phase"] = json!("light");
    for (name, picture) in [("far", &*pictures::FAR), ("near", &*pictures::NEAR), ("audit-0", &*pictures::AUDIT)] {
        photos.replace(name, &by_canvas(picture));
    }
    service.upload(&session.token, &photos).await.ok();
}

#[tokio::test]
async fn system_camera_pictures_need_the_account_setting() {
    let service = Service::new().await;
    for allowed in [false, true] {
        let settings = AccountSettings { system_camera: allowed, ..AccountSettings::default() };
        let shop = service.integrator(settings).await;
        let session = service.session(&shop, json!({})).await;
        let view = service.page("GET", "/h5/api/v1/session", &session.token, None).await.ok();
        assert_eq!(view.data()["systemCamera"], json!(allowed));
        let good = service.attempt(&session.token, if allowed { "b" } else { "a" }).await;
        let mut other = good.clone();
        other.manifest["cameraType"] = json!("SYSTEM_CAMERA");
        if allowed {
            service.upload(&session.token, &other).await.ok();
            continue;
        }
        let refused = service.upload(&session.token, &other).await;
        assert_eq!(refused.code(), "MANIFEST_INVALID");
        assert_eq!(refused.body["extra"], "the account takes no pictures of SYSTEM_CAMERA");
        assert!(!score_next(&service.app).await.expect("nothing"), "nothing was taken");
        let status = service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
        assert_eq!(status.data()["state"], "open");
        service.upload(&session.token, &good).await.ok();
    }
}
