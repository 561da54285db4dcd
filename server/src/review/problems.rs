//! Renders the problem reports of a session. The page sends them, so nothing in them is trusted.

use maud::{Markup, html};
use nearfar_protocol::problem::Problem;
use nearfar_store::ProblemReport;
use serde::Deserialize;

use super::time::time;
use super::words::instruction_text;

/// A stored report, as the service wrote it.
#[derive(Deserialize)]
struct Stored {
    device: String,
    problem: Problem,
}

/// The reports as a table; nothing if there are none.
pub fn problems(reports: &[ProblemReport]) -> Markup {
    let parsed = reports.iter().map(|report| (report, serde_json::from_str::<Stored>(&report.body).ok()));
    html! {
        @if !reports.is_empty() {
            details.group {
                summary { span.group-title { "Problems that the page reported" } " " span.tally { (reports.len()) } }
                table {
                    thead { tr { th scope="col" { "time" } th scope="col" { "problem" } th scope="col" { "while" } th scope="col" { "detail" } th scope="col" { "device" } } }
                    tbody {
                        @for (report, stored) in parsed {
                            tr {
                                td { (time(report.created_at)) }
                                @match stored {
                                    Some(Stored { device, problem }) => {
                                        td { (problem.code.replace('_', " ")) }
                                        td { (problem.instruction.or(problem.phase).as_deref().map(instruction_text).unwrap_or_default()) }
                                        td { (problem.message.unwrap_or_default()) }
                                        td { (device) }
                                    }
                                    None => td colspan="4" { "This report cannot be read." },
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
