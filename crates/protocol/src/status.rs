//! All status codes with their messages.
//!
//! Where the contract's example responses and lists differ in spaces or full stops, the example counts: it was on the
//! wire.

use serde::{Deserialize, Serialize};

/// Whether a request is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Pricing {
    /// It is not.
    Free,
    /// It is.
    Pay,
}

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// The stable code.
    pub code: &'static str,
    /// The message.
    pub message: &'static str,
    /// Whether such a response is charged.
    pub pricing: Pricing,
}

/// The OpenAPI type of status codes: every code of the table.
#[cfg(feature = "openapi")]
#[derive(Clone, Copy, Debug)]
pub struct StatusCode;

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for StatusCode {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        let codes: std::collections::BTreeSet<&str> = ALL.iter().map(|status| status.code).collect();
        let schema = utoipa::openapi::ObjectBuilder::new().schema_type(utoipa::openapi::Type::String);
        schema.enum_values(Some(codes)).description(Some("What an answer means.")).into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for StatusCode {}

macro_rules! statuses {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $message:literal;)*) => {
        $($(#[$doc])* pub const $name: Status = Status { code: $code, message: $message, pricing: Pricing::Free };)*

        /// All rows, for documents and tests.
        pub const ALL: &[Status] = &[$($name),*];
    };
}

statuses! {
    /// Success.
    OK = "SUCCESS", "OK";

    // Common to every API.
    /// An internal error; see the log.
    SERVER_ERROR = "ERROR", "Server error";
    /// A parameter is missing, in APIs without their own code for that.
    EMPTY_PARAMETER_ERROR = "EMPTY_PARAMETER_ERROR", "Parameter should not be empty";
    /// The account has no balance left.
    INSUFFICIENT_BALANCE = "INSUFFICIENT_BALANCE", "Insufficient balance, please top up or contact your sales manager for help";
    /// Too many requests; see `Retry-After`.
    RATE_LIMITED = "SERVICE_BUSY", "Rate limit is exceeded, please retry after the suggested time in HTTP Header.";
    /// The account's daily requests are used up.
    DAILY_QUOTA = "SERVICE_BUSY", "Quota exceeded: You have exceeded the daily quota for free queries, please contact out tech support for help";
    /// The token is of another kind or grants access to something else.
    IAM_NOT_AUTHORIZED = "IAM_FAILED", "You are not authorized by the Identity and Access Management system";
    /// No account has this access key.
    IAM_KEY_NOT_FOUND = "IAM_FAILED", "Access Key not found";
    /// The access token is missing or invalid.
    IAM_TOKEN = "IAM_FAILED", "Token not found or expired";
    /// The account of the token is gone, or its secret was rotated.
    IAM_KEY_EXPIRED = "IAM_FAILED", "Access Key not found or expired";
    /// The account is not allowed in this region.
    IAM_COUNTRY = "IAM_FAILED", "Account not authorized for this country";
    /// The account is not allowed to redirect to this origin.
    IAM_DOMAIN = "IAM_FAILED", "Account not authorized for this domain";
    /// The account has expired.
    IAM_EXPIRED = "IAM_FAILED", "Account is expired. Please contact your sales manager for help";
    /// The account was disabled after the token was issued.
    IAM_DISABLED = "IAM_FAILED", "Account is disabled. Please contact your sales manager for help";
    /// The session token is missing or invalid.
    IAM_SESSION_TOKEN = "IAM_FAILED", "Access denied: Token not found or expired";
    /// A free account's requests are used up.
    OVER_QUERY_LIMIT = "OVER_QUERY_LIMIT", "Quota exceeded. you have exceeded free query quota, please contact your sales manager for help";
    /// A test account's requests are used up.
    OVER_TEST_QUERY_LIMIT = "OVER_QUERY_LIMIT", "Quota exceeded: You have exceeded free query quota for test account, please contact your sales manager for help";
    /// The body or query is malformed.
    BAD_REQUEST = "CLIENT_ERROR", "HTTP 400 - Bad Request";
    /// No resource at this path.
    NOT_FOUND = "CLIENT_ERROR", "HTTP 404 - Not Found";
    /// The method is not allowed for the path.
    METHOD_NOT_ALLOWED = "CLIENT_ERROR", "HTTP 405 - Method Not Allowed";
    /// The body arrived too slowly.
    REQUEST_TIMEOUT = "CLIENT_ERROR", "HTTP 408 - Request Timeout";
    /// The body is too large.
    PAYLOAD_TOO_LARGE = "CLIENT_ERROR", "HTTP 413 - Payload Too Large";
    /// The content type is not supported.
    UNSUPPORTED_MEDIA_TYPE = "CLIENT_ERROR", "HTTP 415 - Unsupported Media Type";
    /// A dependency is temporarily unavailable; see `Retry-After`.
    RETRY_LATER = "RETRY_LATER", "Query failed, please retry after the suggested time in HTTP Header.";

    // Parameters.
    /// A parameter is invalid.
    PARAMETER_ERROR = "PARAMETER_ERROR", "Parameter error,please check you input.";
    /// A parameter is missing.
    PARAMETER_EMPTY = "PARAMETER_ERROR", "Parameter should not be empty";
    /// Token Authentication: the timestamp does not have 13 digits, or is too far from now.
    TIMESTAMP_ERROR = "PARAMETER_ERROR", "Timestamp error";
    /// Token Authentication: the signature does not match key, secret and timestamp.
    SIGNATURE_ERROR = "PARAMETER_ERROR", "Signature error";
    /// Token Authentication: the account is disabled.
    ACCOUNT_DISABLED = "ACCOUNT_DISABLED", "Account Disabled";
    /// Get Token: neither an http(s) URL nor one of an app that the account allows.
    RETURN_URL = "PARAMETER_ERROR", "Invalid returnUrl,please check your returnUrl";
    /// Get Token: neither an http(s) URL nor one of an app that the account allows.
    FAILED_RETURN_URL = "PARAMETER_ERROR", "Invalid failedReturnUrl, please check your failedReturnUrl";
    /// Get Token: zero, negative, or not a number.
    TRY_COUNT = "PARAMETER_ERROR", "try count must > 0";
    /// Get Token: not an ISO 3166 alpha-3 code.
    REGION_WRONG = "REGION_WRONG", "Region is wrong";
    /// PII: the account has no session with this signatureId.
    ILLEGAL_PARAMETERS = "PARAMETER_ERROR", "Parameter error, please check your request whether has illegal parameters";
    /// PII: an internal error.
    CLEAR_DATA_ERROR = "ERROR", "server error";

    // Results.
    /// Get Result: no session of the account has this signatureId.
    SIGNATURE_NOT_EXIST = "SIGNATURE_NOT_EXIST", "This signatureId is not exist";
    /// Get Result: the data was erased.
    RESULT_NOT_FOUND = "RESULT_NOT_FOUND", "The requested resource was not found or has been deleted";
    /// Get Result: nothing has been scored yet.
    LIVENESS_NO_RESULT = "LIVENESS_NO_RESULT", "This token has no detection result";
    /// More than one face.
    TOO_MANY_FACES_DETECTED = "TOO_MANY_FACES_DETECTED", "Multiple faces detected from the image,please only keep one face in the image.";
    /// No face.
    NO_FACE_DETECTED = "NO_FACE_DETECTED", "No face detected from the image.";
    /// A face that is too big, too small, cut off or turned away.
    INVALID_FACE_DETECTED = "INVALID_FACE_DETECTED", "The face is too big,small,incomplete,please show your front-view face.";
    /// An occluded face.
    FACE_OCCLUDED = "FACE_OCCLUDED", "Face should not be occluded,please try again.";
    /// A blurred, dark or overexposed face.
    FACE_QUALITY_TOO_POOR = "FACE_QUALITY_TOO_POOR", "Face quality is too low,please try again.";

    // The page's API.
    /// The session has expired, or its data was erased.
    SESSION_EXPIRED = "SESSION_EXPIRED", "The session has expired";
    /// The session has its final result and accepts nothing more.
    SESSION_FINISHED = "SESSION_FINISHED", "The session has finished";
    /// All tries are used.
    TRY_LIMIT_REACHED = "TRY_LIMIT_REACHED", "No tries are left";
    /// The last attempt is still being scored.
    ATTEMPT_PENDING = "ATTEMPT_PENDING", "The last attempt is still being judged";
    /// The session's level requires what this page does not support.
    CLIENT_OUTDATED = "CLIENT_OUTDATED", "This version of the page cannot do what the session asks for, please load it anew or update it";
    /// The session has no attempt with this id.
    ATTEMPT_NOT_FOUND = "ATTEMPT_NOT_FOUND", "The attempt does not exist";
    /// The attempt was already received, with other files.
    ATTEMPT_CONFLICT = "ATTEMPT_CONFLICT", "The attempt was received already with other content";
    /// The manifest's nonce belongs to another attempt.
    NONCE_MISMATCH = "NONCE_MISMATCH", "The nonce is not that of the attempt";
    /// The nonce has expired.
    NONCE_EXPIRED = "NONCE_EXPIRED", "The nonce has expired";
    /// The upload is not sealed, or with an unknown version.
    UPLOAD_NOT_SEALED = "UPLOAD_NOT_SEALED", "The upload is not sealed";
    /// The upload was sealed for something else, altered, or is incomplete.
    SEAL_BROKEN = "SEAL_BROKEN", "The upload does not open";
    /// The manifest is not first, malformed, or inconsistent.
    MANIFEST_INVALID = "MANIFEST_INVALID", "The manifest is not valid";
    /// The upload contains a file that the manifest does not name, or a duplicate.
    FILE_UNEXPECTED = "FILE_UNEXPECTED", "The upload has a file that the manifest does not name";
    /// The upload lacks a file that the manifest names.
    FILE_MISSING = "FILE_MISSING", "A file of the manifest is missing";
    /// A file does not match its length or hash in the manifest.
    FILE_ALTERED = "FILE_ALTERED", "A file is not the one that the manifest names";
    /// A file or the whole upload is too large.
    FILE_TOO_LARGE = "FILE_TOO_LARGE", "A file is too large";
    /// A picture is not a JPEG file as the page writes them.
    PICTURE_INVALID = "PICTURE_INVALID", "A picture is not as the page writes it";
    /// The account does not accept videos.
    VIDEO_DISABLED = "VIDEO_DISABLED", "Video is not enabled";
    /// The account does not allow a second device.
    HANDOFF_DISABLED = "HANDOFF_DISABLED", "The cross device process is not enabled";
    /// The link is unknown or has expired.
    HANDOFF_NOT_FOUND = "HANDOFF_NOT_FOUND", "The cross device link does not exist or has expired";
    /// The link is used by another device.
    HANDOFF_TAKEN = "HANDOFF_TAKEN", "Another device has taken the cross device link";
    /// Two devices opened the link before confirmation, so it admits neither.
    HANDOFF_VOIDED = "HANDOFF_VOIDED", "Two devices have opened the cross device link";
    /// The session has too many links, or the link too many claims.
    HANDOFF_LIMIT = "HANDOFF_LIMIT", "The cross device process was tried too often";
    /// No device has opened the link, or claim or number do not match.
    HANDOFF_NOT_CLAIMED = "HANDOFF_NOT_CLAIMED", "No such device waits for confirmation";
    /// The first device has not confirmed this device yet.
    HANDOFF_NOT_CONFIRMED = "HANDOFF_NOT_CONFIRMED", "The first device has not confirmed this device";
    /// Only the first device may do this.
    DEVICE_NOT_ALLOWED = "DEVICE_NOT_ALLOWED", "Only the first device may do this";
    /// The person has not consented to the study yet.
    CONSENT_REQUIRED = "CONSENT_REQUIRED", "The person has not agreed to take part in the study";
    /// The session is not part of a study, or the answer is to another text.
    CONSENT_NOT_ASKED = "CONSENT_NOT_ASKED", "The session asks for no consent to this text";
    /// The session is part of a study, but no study is configured.
    STUDY_DISABLED = "STUDY_DISABLED", "The service runs no study";
}
