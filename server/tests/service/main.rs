//! The service as its callers see it. One program: each more would link everything once more.

mod accounts;
mod clock_steps;
mod common;
mod config;
mod contract_common;
mod contract_result;
mod contract_session;
mod contract_table;
mod contract_token;
mod contract_ui;
mod fair_uploads;
mod faults;
mod http2;
mod isolation;
mod judging;
mod kill;
mod logs;
mod pad;
mod page_attempts;
mod page_handoff;
mod page_levels;
mod page_pictures;
mod page_video;
mod private_files;
mod rates;
mod real;
mod real_scorer;
mod rotation;
mod site;
mod site_headers;
mod staged;
mod start;
mod study;
mod study_export;
mod supervision;

/// What `evaluate` reads folders and videos with.
#[path = "../../../crates/scoring/examples/evaluation/folders.rs"]
mod folders;
use staged::staging;
