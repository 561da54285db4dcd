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
mod isolation;
mod judging;
mod kill;
mod logs;
mod page_attempts;
mod page_handoff;
mod page_video;
mod rates;
mod real;
mod real_scorer;
mod rotation;
mod site;
mod staged;
mod supervision;
