//! The user-interface configuration that an integrator sends to ConfigureUI.

mod check;
mod table;

pub use check::{UiConfig, UiError, shown_tip};
pub use table::{Fault, Field, Kind, PAGES, Page, TITLE, TipFaults};

/// The longest text, in characters.
pub const MAX_TEXT: usize = 100;
/// The most tips of a tips page.
pub const MAX_TIPS: usize = 4;
/// The characters of a tip that the page shows in Chinese.
pub const SHOWN_TIP_CHINESE: usize = 26;
/// The characters of a tip that the page shows in any other language.
pub const SHOWN_TIP: usize = 52;
