//! Every status code with its message, in one table.
//!
//! Where the contract shows a message both in an example answer and in a list, with different spaces or full stops,
//! the example answer counts: it is what was on the wire.

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

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// The stable code.
    pub code: &'static str,
    /// The sentence that explains it.
    pub message: &'static str,
    /// Whether such an answer is charged.
    pub pricing: Pricing,
}

/// The type of status codes in the OpenAPI document: every code of the table.
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

        /// Every row, for documents and tests.
        pub const ALL: &[Status] = &[$($name),*];
    };
}

statuses! {
    /// All is well.
    OK = "SUCCESS", "OK";

    // Common to every API.
    /// The service failed; the log knows why.
    SERVER_ERROR = "ERROR", "Server error";
    /// A parameter is missing, where the API names no code of its own for that.
    EMPTY_PARAMETER_ERROR = "EMPTY_PARAMETER_ERROR", "Parameter should not be empty";
    /// The account has no balance left.
    INSUFFICIENT_BALANCE = "INSUFFICIENT_BALANCE", "Insufficient balance, please top up or contact your sales manager for help";
    /// Too many requests; `Retry-After` says when to come again.
    RATE_LIMITED = "SERVICE_BUSY", "Rate limit is exceeded, please retry after the suggested time in HTTP Header.";
    /// The account's requests of the day are used up.
    DAILY_QUOTA = "SERVICE_BUSY", "Quota exceeded: You have exceeded the daily quota for free queries, please contact out tech support for help";
    /// The token is of another kind or for another thing.
    IAM_NOT_AUTHORIZED = "IAM_FAILED", "You are not authorized by the Identity and Access Management system";
    /// No account has this access key.
    IAM_KEY_NOT_FOUND = "IAM_FAILED", "Access Key not found";
    /// No access token, or it is not valid any more.
    IAM_TOKEN = "IAM_FAILED", "Token not found or expired";
    /// The account of the token is gone, or its secret was changed since.
    IAM_KEY_EXPIRED = "IAM_FAILED", "Access Key not found or expired";
    /// The account may not work for this region.
    IAM_COUNTRY = "IAM_FAILED", "Account not authorized for this country";
    /// The account may not send people to this origin.
    IAM_DOMAIN = "IAM_FAILED", "Account not authorized for this domain";
    /// The account's time is over.
    IAM_EXPIRED = "IAM_FAILED", "Account is expired. Please contact your sales manager for help";
    /// The account was disabled after the token was made.
    IAM_DISABLED = "IAM_FAILED", "Account is disabled. Please contact your sales manager for help";
    /// The page's token is missing or not valid any more.
    IAM_SESSION_TOKEN = "IAM_FAILED", "Access denied: Token not found or expired";
    /// A free account's requests are used up.
    OVER_QUERY_LIMIT = "OVER_QUERY_LIMIT", "Quota exceeded. you have exceeded free query quota, please contact your sales manager for help";
    /// A test account's requests are used up.
    OVER_TEST_QUERY_LIMIT = "OVER_QUERY_LIMIT", "Quota exceeded: You have exceeded free query quota for test account, please contact your sales manager for help";
    /// The body or the query cannot be read.
    BAD_REQUEST = "CLIENT_ERROR", "HTTP 400 - Bad Request";
    /// There is nothing at this path.
    NOT_FOUND = "CLIENT_ERROR", "HTTP 404 - Not Found";
    /// The path is right, the method is not.
    METHOD_NOT_ALLOWED = "CLIENT_ERROR", "HTTP 405 - Method Not Allowed";
    /// The body came too slowly.
    REQUEST_TIMEOUT = "CLIENT_ERROR", "HTTP 408 - Request Timeout";
    /// The body is too large.
    PAYLOAD_TOO_LARGE = "CLIENT_ERROR", "HTTP 413 - Payload Too Large";
    /// The body is of a type that the API does not read.
    UNSUPPORTED_MEDIA_TYPE = "CLIENT_ERROR", "HTTP 415 - Unsupported Media Type";
    /// Something that the service needs is away for the moment; `Retry-After` says when to come again.
    RETRY_LATER = "RETRY_LATER", "Query failed, please retry after the suggested time in HTTP Header.";

    // Parameters.
    /// A parameter is not what the API takes.
    PARAMETER_ERROR = "PARAMETER_ERROR", "Parameter error,please check you input.";
    /// A parameter is missing.
    PARAMETER_EMPTY = "PARAMETER_ERROR", "Parameter should not be empty";
    /// Token Authentication: the timestamp is no 13-digit one, or too far from now.
    TIMESTAMP_ERROR = "PARAMETER_ERROR", "Timestamp error";
    /// Token Authentication: the signature is not that of the key, the secret and the timestamp.
    SIGNATURE_ERROR = "PARAMETER_ERROR", "Signature error";
    /// Token Authentication: the account is disabled.
    ACCOUNT_DISABLED = "ACCOUNT_DISABLED", "Account Disabled";
    /// Get Token: no http(s) URL.
    RETURN_URL = "PARAMETER_ERROR", "Invalid returnUrl,please check your returnUrl";
    /// Get Token: no http(s) URL.
    FAILED_RETURN_URL = "PARAMETER_ERROR", "Invalid failedReturnUrl, please check your failedReturnUrl";
    /// Get Token: zero, negative, or no number.
    TRY_COUNT = "PARAMETER_ERROR", "try count must > 0";
    /// Get Token: no ISO 3166 alpha-3 code.
    REGION_WRONG = "REGION_WRONG", "Region is wrong";
    /// PII: the signatureId is none of the account's.
    ILLEGAL_PARAMETERS = "PARAMETER_ERROR", "Parameter error, please check your request whether has illegal parameters";
    /// PII: the service failed.
    CLEAR_DATA_ERROR = "ERROR", "server error";

    // Results.
    /// Get Result: no session of the account has this signatureId.
    SIGNATURE_NOT_EXIST = "SIGNATURE_NOT_EXIST", "This signatureId is not exist";
    /// Get Result: it was deleted.
    RESULT_NOT_FOUND = "RESULT_NOT_FOUND", "The requested resource was not found or has been deleted";
    /// Get Result: nothing was judged yet.
    LIVENESS_NO_RESULT = "LIVENESS_NO_RESULT", "This token has no detection result";
    /// More than one face.
    TOO_MANY_FACES_DETECTED = "TOO_MANY_FACES_DETECTED", "Multiple faces detected from the image,please only keep one face in the image.";
    /// No face.
    NO_FACE_DETECTED = "NO_FACE_DETECTED", "No face detected from the image.";
    /// A face that is too big, too small, cut off or turned away.
    INVALID_FACE_DETECTED = "INVALID_FACE_DETECTED", "The face is too big,small,incomplete,please show your front-view face.";
    /// A covered face.
    FACE_OCCLUDED = "FACE_OCCLUDED", "Face should not be occluded,please try again.";
    /// A blurred, dark or overexposed face.
    FACE_QUALITY_TOO_POOR = "FACE_QUALITY_TOO_POOR", "Face quality is too low,please try again.";

    // The page's own API.
    /// The session's time is over, or its data were cleared.
    SESSION_EXPIRED = "SESSION_EXPIRED", "The session has expired";
    /// The session has its final result: nothing more is taken.
    SESSION_FINISHED = "SESSION_FINISHED", "The session has finished";
    /// Every try is used.
    TRY_LIMIT_REACHED = "TRY_LIMIT_REACHED", "No tries are left";
    /// The last attempt is still being judged.
    ATTEMPT_PENDING = "ATTEMPT_PENDING", "The last attempt is still being judged";
    /// The session's level asks for what this page cannot do.
    CLIENT_OUTDATED = "CLIENT_OUTDATED", "This version of the page cannot do what the session asks for, please load it anew or update it";
    /// No attempt of the session has this id.
    ATTEMPT_NOT_FOUND = "ATTEMPT_NOT_FOUND", "The attempt does not exist";
    /// The attempt was received already, with other files.
    ATTEMPT_CONFLICT = "ATTEMPT_CONFLICT", "The attempt was received already with other content";
    /// The manifest's nonce is not that of the attempt.
    NONCE_MISMATCH = "NONCE_MISMATCH", "The nonce is not that of the attempt";
    /// The nonce is too old.
    NONCE_EXPIRED = "NONCE_EXPIRED", "The nonce has expired";
    /// The upload does not begin as a sealed one of a known version.
    UPLOAD_NOT_SEALED = "UPLOAD_NOT_SEALED", "The upload is not sealed";
    /// The upload was sealed for something else or altered, or it is not whole.
    SEAL_BROKEN = "SEAL_BROKEN", "The upload does not open";
    /// The manifest does not come first, cannot be read, or contradicts itself.
    MANIFEST_INVALID = "MANIFEST_INVALID", "The manifest is not valid";
    /// The upload has a file that the manifest does not name, or one twice.
    FILE_UNEXPECTED = "FILE_UNEXPECTED", "The upload has a file that the manifest does not name";
    /// The upload ended before every file of the manifest was there.
    FILE_MISSING = "FILE_MISSING", "A file of the manifest is missing";
    /// The length or the hash of a file is not that of the manifest.
    FILE_ALTERED = "FILE_ALTERED", "A file is not the one that the manifest names";
    /// A file, or all of them, are larger than the limits.
    FILE_TOO_LARGE = "FILE_TOO_LARGE", "A file is too large";
    /// A picture is not a JPEG file as the page writes it.
    PICTURE_INVALID = "PICTURE_INVALID", "A picture is not as the page writes it";
    /// The account takes no videos.
    VIDEO_DISABLED = "VIDEO_DISABLED", "Video is not enabled";
    /// The account does not let a second device help.
    HANDOFF_DISABLED = "HANDOFF_DISABLED", "The cross device process is not enabled";
    /// The link is unknown, or its time is over.
    HANDOFF_NOT_FOUND = "HANDOFF_NOT_FOUND", "The cross device link does not exist or has expired";
    /// Another device has the link.
    HANDOFF_TAKEN = "HANDOFF_TAKEN", "Another device has taken the cross device link";
    /// Two devices have opened the link before it was confirmed: neither gets in by it.
    HANDOFF_VOIDED = "HANDOFF_VOIDED", "Two devices have opened the cross device link";
    /// No more links of the session, or no more claims of the link.
    HANDOFF_LIMIT = "HANDOFF_LIMIT", "The cross device process was tried too often";
    /// No device has opened the link, or its claim or number is another one.
    HANDOFF_NOT_CLAIMED = "HANDOFF_NOT_CLAIMED", "No such device waits for confirmation";
    /// The first device has not confirmed this one yet.
    HANDOFF_NOT_CONFIRMED = "HANDOFF_NOT_CONFIRMED", "The first device has not confirmed this device";
    /// Only the first device may do this.
    DEVICE_NOT_ALLOWED = "DEVICE_NOT_ALLOWED", "Only the first device may do this";
    /// A session of a study, and the person has not agreed yet.
    CONSENT_REQUIRED = "CONSENT_REQUIRED", "The person has not agreed to take part in the study";
    /// The session is none of a study, or the answer is to another text.
    CONSENT_NOT_ASKED = "CONSENT_NOT_ASKED", "The session asks for no consent to this text";
    /// A session of a study, and the service has no study configured.
    STUDY_DISABLED = "STUDY_DISABLED", "The service runs no study";
}
