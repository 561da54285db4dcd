//! Token Authentication.

use axum::extract::State;
use nearfar_protocol::envelope::Envelope;
use nearfar_protocol::public::{AccessToken, GenerateTokenRequest, paths};
use nearfar_protocol::status;
use nearfar_store::Error as StoreError;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::api::json_body::JsonBody;
use crate::response::{ApiError, ApiResponse, ApiResult, SandboxMark};
use crate::state::tokens::{AccessClaims, LONGEST_ACCESS_SECONDS};
use crate::state::{App, has_expired, is_valid_id};

/// Allowed difference between the timestamp and the service's time, in ms.
const TIMESTAMP_TOLERANCE: i64 = 300_000;
/// The rate limit purpose of these requests.
const PURPOSE: &str = "access token";
const PERIOD_DEFAULT: i64 = 3600;
const PERIODS: std::ops::RangeInclusive<i64> = 60..=LONGEST_ACCESS_SECONDS;

/// Issues an access token for a signature made with the account's keys.
#[utoipa::path(
    post, path = paths::GENERATE_TOKEN, tag = "Public APIs",
    request_body = GenerateTokenRequest,
    responses((status = 200, description = "SUCCESS, PARAMETER_ERROR, ACCOUNT_DISABLED, IAM_FAILED, SERVICE_BUSY, \
        RETRY_LATER, ERROR", body = Envelope<AccessToken>))
)]
pub async fn generate_token(State(app): State<App>, sandbox: SandboxMark, body: JsonBody) -> ApiResult {
    let params = body.params()?;
    let access_key = params.required("accessKey")?;
    let timestamp = params.required("timestamp")?;
    let signature = params.required("signature")?;
    let period = match params.optional("periodSecond")? {
        None => PERIOD_DEFAULT,
        Some(text) => text.parse().ok().filter(|period| PERIODS.contains(period)).ok_or_else(|| {
            ApiError::with_extra(status::PARAMETER_ERROR, "periodSecond should be 60 to 86400 seconds")
        })?,
    };
    let now = app.now();
    check_timestamp(&timestamp, now).or_else(|_| check_timestamp(&timestamp, app.clock.now()))?;
    if !is_valid_id(&access_key) {
        return Err(ApiError::new(status::IAM_KEY_NOT_FOUND));
    }
    let account = app.store.account_by_access_key(&access_key).await.map_err(|error| match error {
        StoreError::NotFound(_) => app.account_rate.reject(PURPOSE, "", ApiError::new(status::IAM_KEY_NOT_FOUND)),
        other => other.into(),
    })?;
    let secret = app.store.account_secret(&account.id).await?;
    let expected = sign(&access_key, &secret, &timestamp);
    if !bool::from(expected.as_bytes().ct_eq(signature.to_ascii_lowercase().as_bytes())) {
        return Err(app.account_rate.reject(PURPOSE, &account.id, ApiError::new(status::SIGNATURE_ERROR)));
    }
    sandbox.set(&account);
    app.account_rate.check(PURPOSE, &account.id)?;
    if !account.enabled {
        return Err(ApiError::new(status::ACCOUNT_DISABLED));
    }
    if has_expired(&account, now) {
        return Err(ApiError::new(status::IAM_EXPIRED));
    }
    let expired_time = now + period * 1000;
    let access = AccessClaims { sub: account.id, epoch: account.token_epoch, ends: expired_time };
    let token = app.tokens.access(&access, now).map_err(|error| ApiError::internal(&error))?;
    ApiResponse::data(&AccessToken { token, expired_time })
}

/// SHA-256, in lower-case hex, of the keys and the timestamp.
pub fn sign(access_key: &str, secret_key: &str, timestamp: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(access_key);
    hash.update(secret_key);
    hash.update(timestamp);
    hex::encode(hash.finalize())
}

fn check_timestamp(text: &str, now: i64) -> Result<(), ApiError> {
    let digits = text.len() == 13 && text.bytes().all(|byte| byte.is_ascii_digit());
    let time: Option<i64> = if digits { text.parse().ok() } else { None };
    let extra = match time.map(|time| time - now) {
        Some(ahead) if ahead.abs() <= TIMESTAMP_TOLERANCE => return Ok(()),
        Some(ahead) => {
            let side = if ahead > 0 { "ahead of" } else { "behind" };
            let skew = ahead.abs();
            format!("timestamp is {skew} ms {side} the service's time {now}; {TIMESTAMP_TOLERANCE} ms are allowed")
        }
        None => format!("timestamp should be a Unix time in ms, of 13 digits; the service's time is {now}"),
    };
    Err(ApiError::with_extra(status::TIMESTAMP_ERROR, extra))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contracts_example_signature_matches() {
        let signature = sign("sampleaccesskey", "samplesecretkey", "1665993522952");
        assert_eq!(signature, "02209bbeaf0d0a3dd587f6a1ba22f84c98d142e3b545e77db7e4906ca56349f5");
    }

    #[test]
    fn timestamps_are_thirteen_digits_near_now() {
        let now = 1_665_993_522_952;
        for good in ["1665993522952", "1665993822952", "1665993222952"] {
            assert!(check_timestamp(good, now).is_ok(), "{good}");
        }
        for bad in ["1665993822953", "1665993222951", "1665993522", "-665993522952", "+665993522952", "166599352295x"] {
            assert!(check_timestamp(bad, now).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_rejected_timestamp_reports_its_offset() {
        let extra =
            |text: &str| check_timestamp(text, 1_665_993_522_952).unwrap_err().response().extra.clone().unwrap();
        let allowed = "the service's time 1665993522952; 300000 ms are allowed";
        assert_eq!(extra("1665994422952"), format!("timestamp is 900000 ms ahead of {allowed}"));
        assert_eq!(extra("1665993222951"), format!("timestamp is 300001 ms behind {allowed}"));
        assert!(extra("1665993522").starts_with("timestamp should be a Unix time in ms, of 13 digits"));
    }
}
