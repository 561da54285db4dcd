//! Names the reasons why an attempt did not pass, for results and metrics.

use nearfar_protocol::result::Decision;
use nearfar_scoring::CheckOutcome;

/// The names of the failed checks; if none failed, a name for what decided. Empty for an attempt that passed.
pub fn failure_reasons(checks: &[CheckOutcome], verdict: Decision, passed: bool) -> Vec<String> {
    if passed {
        return Vec::new();
    }
    let failed = checks.iter().filter(|outcome| outcome.has_failed()).map(|outcome| serde_json::json!(outcome.check));
    let failed: Vec<String> = failed.filter_map(|name| name.as_str().map(str::to_owned)).collect();
    match verdict {
        _ if !failed.is_empty() => failed,
        Decision::Live => vec!["below_pass_score".into()],
        Decision::Attack => vec!["evidence".into()],
        Decision::Inconclusive => vec!["not_judged".into()],
    }
}
