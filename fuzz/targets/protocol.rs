//! The JSON of the public and page APIs: parsing, writing and parsing again gives the same value.
#![no_main]

use std::fmt::Debug;

use libfuzzer_sys::fuzz_target;
use nearfar_protocol::envelope::Envelope;
use nearfar_protocol::light::LightReport;
use nearfar_protocol::page::{AttemptView, HandoffConfirm, Problem, SessionView, StatusView};
use nearfar_protocol::public::{GenerateTokenRequest, GetTokenRequest, Params, SignatureRequest};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

fn round_trip<T: Serialize + DeserializeOwned + Debug + PartialEq>(data: &[u8]) -> Option<T> {
    let read: T = serde_json::from_slice(data).ok()?;
    let written = serde_json::to_vec(&read).expect("JSON");
    assert_eq!(serde_json::from_slice::<T>(&written).expect("what was written"), read);
    Some(read)
}

fuzz_target!(|data: &[u8]| {
    if let Ok(value) = serde_json::from_slice::<Value>(data)
        && let Some(params) = Params::new(value)
    {
        for name in ["accessKey", "timestamp", "signature", "signatureId", "returnUrl", "region"] {
            let _ = (params.required(name), params.optional(name));
        }
    }
    let _ = serde_json::from_slice::<GenerateTokenRequest>(data);
    let _ = serde_json::from_slice::<GetTokenRequest>(data);
    let _ = serde_json::from_slice::<SignatureRequest>(data);
    let _ = serde_json::from_slice::<Envelope<Value>>(data);
    round_trip::<AttemptView>(data);
    round_trip::<HandoffConfirm>(data);
    round_trip::<LightReport>(data);
    round_trip::<SessionView>(data);
    round_trip::<StatusView>(data);
    if let Some(problem) = round_trip::<Problem>(data) {
        problem.is_valid();
    }
});
