//! The results that an integrator's test chooses for a session of a sandbox account.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::result::{AttackType, ResultCode};

/// `extra` of every answer to a sandbox account begins with this word.
pub const SANDBOX_MARK: &str = "SANDBOX";
/// Maximum number of results of a session.
pub const MAX_RESULTS: usize = 100;
/// The score of a chosen `SUCCESS` without one.
const DEFAULT_SCORE: u8 = 100;
/// The kind of attack of a chosen score of 0 without one.
const DEFAULT_ATTACK: AttackType = AttackType::Presentation;

/// One entry of Get Token's `sandbox`: a code alone, or with its score and kind of attack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum SandboxEntry {
    /// The code of the result.
    Code(ResultCode),
    /// The whole result.
    Result(SandboxResult),
}

/// A chosen result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SandboxResult {
    /// The code of the result.
    pub code: ResultCode,
    /// 0 to 100, with the code `SUCCESS` only. Default: 100.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[cfg_attr(feature = "openapi", schema(maximum = 100))]
    pub score: Option<u8>,
    /// The kind of attack, with a score of 0 only. Default: 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u8>, minimum = 1, maximum = 3))]
    pub attack_type: Option<AttackType>,
}

/// The chosen results of a session: one per attempt, in order; the last one repeats.
///
/// ```
/// use nearfar_protocol::result::ResultCode;
/// use nearfar_protocol::sandbox::SandboxResults;
/// use serde_json::json;
///
/// let chosen = SandboxResults::parse(&json!(["FACE_QUALITY_TOO_POOR", {"code": "SUCCESS", "score": 87}]))?;
/// assert_eq!(chosen.for_attempt(0).code, ResultCode::FaceQualityTooPoor);
/// assert_eq!(chosen.for_attempt(7).score, Some(87));
/// # Ok::<(), nearfar_protocol::sandbox::SandboxError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<SandboxResult>")]
pub struct SandboxResults(Vec<SandboxResult>);

/// Errors of a list of chosen results.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SandboxError {
    /// Not a list, an empty list, or a long one.
    #[error("sandbox should be a list of 1 to {MAX_RESULTS} results, such as [\"FACE_QUALITY_TOO_POOR\", \"SUCCESS\"]")]
    List,
    /// An entry that is not a result.
    #[error("sandbox[{0}]: {1}")]
    Entry(usize, String),
    /// A score that is too high, or of another code than `SUCCESS`.
    #[error("sandbox[{0}]: a score should be 0 to 100, and only SUCCESS has one")]
    Score(usize),
    /// A kind of attack without a score of 0.
    #[error("sandbox[{0}]: only a score of 0 has an attackType")]
    AttackType(usize),
}

impl Default for SandboxResults {
    fn default() -> Self {
        Self(vec![complete(ResultCode::Success)])
    }
}

impl SandboxResults {
    /// Parses Get Token's `sandbox`.
    ///
    /// # Errors
    /// The first invalid entry.
    pub fn parse(list: &Value) -> Result<Self, SandboxError> {
        let entries = list.as_array().ok_or(SandboxError::List)?;
        let parse = |(index, entry): (usize, &Value)| {
            // Not as `SandboxEntry`: the error of an untagged enum does not name what is wrong.
            let parsed = match entry {
                Value::String(_) => ResultCode::deserialize(entry).map(complete),
                entry => SandboxResult::deserialize(entry),
            };
            parsed.map_err(|error| SandboxError::Entry(index, error.to_string()))
        };
        entries.iter().enumerate().map(parse).collect::<Result<Vec<_>, _>>()?.try_into()
    }

    /// The result of an attempt, by the number of attempts scored before it.
    pub fn for_attempt(&self, scored_before: usize) -> SandboxResult {
        let last = self.0.len() - 1;
        self.0[scored_before.min(last)]
    }
}

impl TryFrom<Vec<SandboxResult>> for SandboxResults {
    type Error = SandboxError;

    fn try_from(mut results: Vec<SandboxResult>) -> Result<Self, SandboxError> {
        if !(1..=MAX_RESULTS).contains(&results.len()) {
            return Err(SandboxError::List);
        }
        for (index, result) in results.iter_mut().enumerate() {
            let is_success = result.code == ResultCode::Success;
            if result.score.is_some_and(|score| !is_success || score > 100) {
                return Err(SandboxError::Score(index));
            }
            if is_success && result.score.is_none() {
                result.score = Some(DEFAULT_SCORE);
            }
            if result.attack_type.is_some() && result.score != Some(0) {
                return Err(SandboxError::AttackType(index));
            }
            if result.score == Some(0) {
                result.attack_type = result.attack_type.or(Some(DEFAULT_ATTACK));
            }
        }
        Ok(Self(results))
    }
}

fn complete(code: ResultCode) -> SandboxResult {
    SandboxResult { code, score: (code == ResultCode::Success).then_some(DEFAULT_SCORE), attack_type: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn first(entry: Value) -> SandboxResult {
        SandboxResults::parse(&json!([entry])).unwrap().for_attempt(0)
    }

    #[test]
    fn every_code_can_be_chosen() {
        for code in ResultCode::ALL {
            let score = (code == ResultCode::Success).then_some(100);
            let expected = SandboxResult { code, score, attack_type: None };
            assert_eq!(first(json!(code.code())), expected);
            assert_eq!(first(json!({"code": code.code()})), expected);
        }
        assert_eq!(SandboxResults::default(), SandboxResults::parse(&json!(["SUCCESS"])).unwrap());
    }

    #[test]
    fn a_score_of_zero_has_a_kind_of_attack() {
        assert_eq!(first(json!({"code": "SUCCESS", "score": 0})).attack_type, Some(AttackType::Presentation));
        let chosen = first(json!({"code": "SUCCESS", "score": 0, "attackType": 2}));
        assert_eq!(chosen.attack_type, Some(AttackType::Injection));
        assert_eq!(first(json!({"code": "SUCCESS", "score": 1})).attack_type, None);
    }

    #[test]
    fn the_last_result_repeats() {
        let chosen = SandboxResults::parse(&json!(["NO_FACE_DETECTED", "SUCCESS"])).unwrap();
        let codes = [0, 1, 2, 1000].map(|index| chosen.for_attempt(index).code);
        assert_eq!(codes, [ResultCode::NoFaceDetected, ResultCode::Success, ResultCode::Success, ResultCode::Success]);
    }

    #[test]
    fn errors_name_the_entry() {
        let error = |list: Value| SandboxResults::parse(&list).unwrap_err().to_string();
        for wrong in [json!("SUCCESS"), json!({}), json!([]), json!(vec!["SUCCESS"; MAX_RESULTS + 1])] {
            assert!(error(wrong).starts_with("sandbox should be a list of 1 to 100 results"));
        }
        assert!(
            error(json!(["SUCCESS", "PASSED"])).starts_with("sandbox[1]: unknown variant `PASSED`, expected one of")
        );
        assert!(error(json!([7])).starts_with("sandbox[0]: invalid type"));
        assert!(error(json!([{"score": 7}])).starts_with("sandbox[0]: missing field `code`"));
        assert!(error(json!([{"code": "SUCCESS", "vidoe": 7}])).starts_with("sandbox[0]: unknown field `vidoe`"));
        assert!(error(json!([{"code": "SUCCESS", "score": 300}])).starts_with("sandbox[0]: invalid value"));
        let score = "sandbox[0]: a score should be 0 to 100, and only SUCCESS has one";
        assert_eq!(error(json!([{"code": "SUCCESS", "score": 101}])), score);
        assert_eq!(error(json!([{"code": "FACE_OCCLUDED", "score": 7}])), score);
        let attack = "sandbox[0]: only a score of 0 has an attackType";
        assert_eq!(error(json!([{"code": "SUCCESS", "attackType": 1}])), attack);
        assert!(error(json!([{"code": "SUCCESS", "score": 0, "attackType": 4}])).contains("not a valid attack type"));
    }

    #[test]
    fn stored_results_parse_and_keep_their_meaning() {
        let chosen = SandboxResults::parse(&json!(["FACE_OCCLUDED", {"code": "SUCCESS", "score": 0}])).unwrap();
        let stored = serde_json::to_string(&chosen).unwrap();
        let expected = r#"[{"code":"FACE_OCCLUDED"},{"code":"SUCCESS","score":0,"attackType":1}]"#;
        assert_eq!(stored, expected, "in databases");
        assert_eq!(serde_json::from_str::<SandboxResults>(&stored).unwrap(), chosen);
        assert!(serde_json::from_str::<SandboxResults>("[]").is_err());
    }
}
