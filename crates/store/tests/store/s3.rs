//! Captured files in S3: on the server at the address `TEST_S3`, with the bucket `nearfar`.

use crate::support::*;
use futures::TryStreamExt;
use nearfar_store::*;
use nearfar_test_support::TestStorage;
use object_store::ObjectStore;
use object_store::ObjectStoreExt;
use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use std::io::Write;

/// A site whose files are in the bucket, below its own prefix; `None` with a visible warning without S3.
fn site(bucket: &str, prefix: &str) -> Option<Site> {
    let Ok(endpoint) = std::env::var("TEST_S3") else {
        // Not by eprintln!, which the test harness captures.
        let _ = std::io::stderr().write_all(b"\n!!!! SKIPPED: the tests on S3. TEST_S3 names none !!!!\n\n");
        return None;
    };
    let mut site = Site::new(TestStorage::sqlite());
    site.config.objects_url = format!("s3://{bucket}/{prefix}");
    site.config.object_options = [
        ("aws_endpoint", endpoint.as_str()),
        ("aws_allow_http", "true"),
        ("aws_region", "us-east-1"),
        ("aws_access_key_id", "test"),
        ("aws_secret_access_key", "test"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    Some(site)
}

/// Paths and raw contents in the bucket below a prefix.
async fn stored(site: &Site, prefix: &str) -> Vec<(String, Vec<u8>)> {
    let mut builder = AmazonS3Builder::new().with_url(&site.config.objects_url);
    for (name, value) in &site.config.object_options {
        builder = builder.with_config(name.parse().unwrap(), value);
    }
    let bucket = builder.build().unwrap();
    let mut found = Vec::new();
    for object in bucket.list(Some(&Path::from(prefix))).try_collect::<Vec<_>>().await.unwrap() {
        let content = bucket.get(&object.location).await.unwrap().bytes().await.unwrap();
        found.push((object.location.to_string(), content.to_vec()));
    }
    found
}

#[tokio::test]
async fn instances_share_attempts() {
    let Some(site) = site("nearfar", "shared") else { return };
    let (here, there) = (site.store().await, site.store().await);
    session(&here, "a1").await;
    let issued = issue(&here, "a1", "one", "first").await;
    let sent = upload(&issued);
    here.receive(sent.clone(), NOW + 5000).await.unwrap();

    let claimed = claim(&there).await;
    assert_eq!((claimed.session_id.as_str(), claimed.attempt_id.as_str()), ("a1", "one"));
    for file in &sent.files {
        assert_eq!(there.file("a1", "one", &file.name).await.unwrap(), file.content, "{}", file.name);
    }
    let objects = stored(&site, "shared").await;
    assert_eq!(objects.len(), sent.files.len() + 1, "the files and the manifest");
    for (path, content) in objects {
        assert!(!content.windows(4).any(|part| part == b"FACE"), "{path} is encrypted");
    }
    there.check().await.unwrap();
}

#[tokio::test]
async fn erasure_removes_only_its_session() {
    let Some(site) = site("nearfar", "cleared") else { return };
    let store = site.store().await;
    for id in ["a1", "a10"] {
        session(&store, id).await;
        receive(&store, id, "one").await;
    }
    let before = stored(&site, "cleared").await;
    store.erase_session("a1", NOW + 9000).await.unwrap();
    let left = stored(&site, "cleared").await;
    let others: Vec<_> = before.iter().filter(|(path, _)| path.contains("/a10/")).cloned().collect();
    assert_eq!(others.len() * 2, before.len());
    assert_eq!(left, others);
    store.erase_session("a10", NOW + 9000).await.unwrap();
    assert_eq!(stored(&site, "cleared").await, []);
}

#[tokio::test]
async fn uploads_without_a_bucket_can_be_retried() {
    let Some(mut site) = site("missing", "outage") else { return };
    let store = site.store().await;
    session(&store, "a1").await;
    let issued = issue(&store, "a1", "one", "first").await;
    assert_eq!(unavailable(store.receive(upload(&issued), NOW + 5000).await), StorageBackend::Objects);
    assert_eq!(unavailable(store.check().await), StorageBackend::Objects);

    site.config.objects_url = "s3://nearfar/outage".into();
    let store = site.store().await;
    store.receive(upload(&issued), NOW + 6000).await.unwrap();
    assert_eq!(store.files("a1", "one").await.unwrap().len(), 5, "four files and the manifest");
}
