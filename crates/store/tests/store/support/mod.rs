//! Shared helpers of the suites.
#![allow(dead_code, reason = "each suite uses its part")]

use bytes::Bytes;
use nearfar_protocol::device_class::DeviceClass;
use nearfar_protocol::manifest::DeviceFacts;
use nearfar_protocol::problem::ProblemKind;
use nearfar_protocol::result::CameraType;
use nearfar_store::*;
use nearfar_test_support::{FaultyObjects, TestStorage};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

pub(crate) const NOW: Millis = 1_713_247_589_908;
pub(crate) const HOUR: Millis = 3_600_000;

/// A test storage and the configuration to open stores on it.
pub(crate) struct Site {
    pub storage: TestStorage,
    pub config: StoreConfig,
}

impl Site {
    pub(crate) fn new(storage: TestStorage) -> Self {
        let objects = storage.objects().display().to_string();
        let mut config = StoreConfig::new(storage.database_url.clone(), objects, SecretKey::new([1; 32]));
        config.blob_keys = vec![SecretKey::new([2; 32])];
        config.max_connections = 4;
        config.busy_timeout = Duration::from_secs(20);
        Site { storage, config }
    }

    /// Another instance of the service's store.
    pub(crate) async fn store(&self) -> Store {
        Store::open(&self.config, entropy()).await.unwrap()
    }

    /// A store whose object store fails on demand.
    pub(crate) async fn faulty(&self) -> (Store, FaultyObjects) {
        let objects = FaultyObjects::in_folder(&self.storage.objects());
        (self.over(&objects).await, objects)
    }

    /// Another store on the same objects.
    pub(crate) async fn over(&self, objects: &FaultyObjects) -> Store {
        Store::open_with(&self.config, Arc::new(objects.clone()), entropy()).await.unwrap()
    }

    /// Paths and contents of all files in the object store's folder.
    pub(crate) fn objects(&self) -> Vec<(String, Vec<u8>)> {
        let read = |name: String| {
            let content = std::fs::read(self.storage.objects().join(&name)).unwrap();
            (name, content)
        };
        self.object_names().into_iter().map(read).collect()
    }

    /// Paths of all files in the object store's folder, which may change meanwhile.
    pub(crate) fn object_names(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![self.storage.objects()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                match entry.path() {
                    path if path.is_dir() => folders.push(path),
                    path => found.push(path.strip_prefix(self.storage.objects()).unwrap().display().to_string()),
                }
            }
        }
        found.sort();
        found
    }
}

/// Never the same bytes twice in a process, but no real randomness.
pub(crate) fn entropy() -> Entropy {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    Arc::new(|bytes: &mut [u8]| {
        for chunk in bytes.chunks_mut(8) {
            let number = COUNT.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            chunk.copy_from_slice(&number.to_le_bytes()[..chunk.len()]);
        }
    })
}

pub(crate) async fn account(store: &Store) -> Account {
    let new = NewAccount { name: "Shop".into(), ..NewAccount::default() };
    store.create_account(new, NOW).await.unwrap().0
}

pub(crate) fn new_session(account: &Account, id: &str) -> NewSession {
    NewSession {
        id: id.into(),
        account_id: account.id.clone(),
        token_epoch: account.token_epoch,
        region: Some("IDN".into()),
        user_id: Some(format!("person-of-{id}")),
        return_url: "https://shop.example/done?person=7".into(),
        failed_return_url: Some("https://shop.example/failed?person=7".into()),
        try_count: Some(2),
        product_level: Some("standard".into()),
        iframe: true,
        sandbox: account.sandbox.then(|| "[]".into()),
        expires_at: NOW + HOUR,
        purge_at: NOW + 24 * HOUR,
    }
}

pub(crate) async fn session(store: &Store, id: &str) -> Session {
    let account = account(store).await;
    store.create_session(new_session(&account, id), NOW).await.unwrap()
}

pub(crate) fn nonce_request(session: &str, attempt: &str, device: &str) -> NonceRequest {
    NonceRequest {
        session_id: session.into(),
        attempt_id: attempt.into(),
        nonce: format!("nonce-{session}-{attempt}"),
        device: device.into(),
        expires_at: NOW + HOUR / 2,
        start_limit: None,
        light: Some(format!("light of {session}/{attempt}")),
        motion: Some(format!("motion of {session}/{attempt}")),
    }
}

pub(crate) async fn issue(store: &Store, session: &str, attempt: &str, device: &str) -> Attempt {
    match store.issue_nonce(nonce_request(session, attempt, device), NOW).await.unwrap() {
        Issuance::Issued(attempt) => *attempt,
        Issuance::LimitReached => panic!("there is no limit"),
    }
}

/// A valid upload for an issued attempt; its contents name their owner.
pub(crate) fn upload(attempt: &Attempt) -> Upload {
    let of = format!("{}/{}", attempt.session_id, attempt.id);
    let file = |name: &str| UploadFile::new(name, Bytes::from(format!("FACE {name} of {of}").repeat(50)));
    Upload {
        session_id: attempt.session_id.clone(),
        attempt_id: attempt.id.clone(),
        device: attempt.device.clone(),
        nonce: attempt.nonce.clone(),
        manifest: Bytes::from(format!("{{\"of\":\"{of}\",\"userAgent\":\"DEVICE of {of}\"}}")),
        files: ["far", "near", "audit-0", "video"].map(file).into(),
        far_image_time: NOW + 1000,
        near_image_time: NOW + 4000,
        camera_type: CameraType::WebCamera,
        device_class: DeviceClass::of(&DeviceFacts::default()),
    }
}

/// An issued and received attempt.
pub(crate) async fn receive(store: &Store, session: &str, attempt: &str) -> Attempt {
    let issued = issue(store, session, attempt, "first").await;
    store.receive(upload(&issued), NOW + 5000).await.unwrap().attempt
}

pub(crate) async fn claim(store: &Store) -> Claim {
    store.claim(NOW + 6000, NOW + 66_000).await.unwrap().expect("something waits")
}

pub(crate) fn passed() -> AttemptOutcome {
    AttemptOutcome {
        code: "SUCCESS".into(),
        score: Some(97),
        attack_type: None,
        checks: "[{\"check\":\"one_face\",\"note\":\"CHECKED\"}]".into(),
        reason: None,
    }
}

pub(crate) fn no_face() -> AttemptOutcome {
    AttemptOutcome {
        code: "NO_FACE_DETECTED".into(),
        score: None,
        attack_type: None,
        checks: "[]".into(),
        reason: Some("face_present".into()),
    }
}

pub(crate) fn too_poor() -> AttemptOutcome {
    AttemptOutcome { code: "FACE_QUALITY_TOO_POOR".into(), ..no_face() }
}

/// A problem without step and instruction.
pub(crate) const PROBLEM: ProblemKind = ProblemKind { code: "other", step: None, instruction: None };

#[track_caller]
pub(crate) fn conflict<T: std::fmt::Debug>(result: Result<T>) -> Conflict {
    match result {
        Err(Error::Conflict(conflict)) => conflict,
        other => panic!("no conflict: {other:?}"),
    }
}

#[track_caller]
pub(crate) fn not_found<T: std::fmt::Debug>(result: Result<T>) -> Entity {
    match result {
        Err(Error::NotFound(thing)) => thing,
        other => panic!("found: {other:?}"),
    }
}

#[track_caller]
pub(crate) fn unavailable<T: std::fmt::Debug>(result: Result<T>) -> StorageBackend {
    match result {
        Err(Error::Unavailable { backend, .. }) => backend,
        other => panic!("not unavailable: {other:?}"),
    }
}
