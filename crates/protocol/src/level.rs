//! The levels of `productLevel` in Get Token.

use serde::{Deserialize, Serialize};

/// The level of a session: which challenges it has, and so which attacks it stops. `docs/SERVER.md` has the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Level {
    /// Far and near pictures, and the operator's PAD networks if there are any.
    #[default]
    Standard,
    /// Additionally a motion challenge, and the light challenge or a longer path.
    Pro,
}

impl Level {
    /// Both levels.
    pub const ALL: [Level; 2] = [Level::Standard, Level::Pro];

    /// The contract's name.
    pub fn code(self) -> &'static str {
        match self {
            Level::Standard => "STANDARD",
            Level::Pro => "PRO",
        }
    }

    /// The level with that name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_match_serde() {
        for level in Level::ALL {
            assert_eq!(serde_json::to_value(level).unwrap(), level.code());
            assert_eq!(Level::from_code(level.code()), Some(level));
        }
        assert_eq!(Level::from_code("standard"), None);
    }
}
