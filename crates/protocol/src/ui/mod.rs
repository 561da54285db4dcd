//! The UI configuration of ConfigureUI.

mod check;
mod table;

pub use check::{UiConfig, UiError, tip_for_display};
pub use table::{Field, FieldError, Kind, PAGES, Page, TOP_LEVEL, TipErrors};

/// Maximum length of a text, in characters.
pub const MAX_TEXT: usize = 100;
/// Maximum number of tips on a tips page.
pub const MAX_TIPS: usize = 4;
/// Characters of a tip shown in Chinese.
pub const SHOWN_TIP_CHINESE: usize = 26;
/// Characters of a tip shown in other languages.
pub const SHOWN_TIP: usize = 52;
