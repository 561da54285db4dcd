//! Column types beyond text and integers, which sqlx reads from both databases.

use serde::de::value::{BorrowedStrDeserializer, Error as NameError};
use serde::{Deserialize, Serialize};
use sqlx::any::{AnyTypeInfo, AnyValueRef};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::{Any, Database, Decode, Encode, Type};

/// The parameters of a statement.
pub(crate) type Parameters = <Any as Database>::ArgumentBuffer;

/// Stores enums by the names that serde gives their variants.
macro_rules! named_column {
    ($($enum:ty),+) => {$(
        impl sqlx::Type<sqlx::Any> for $enum {
            fn type_info() -> sqlx::any::AnyTypeInfo {
                <str as sqlx::Type<sqlx::Any>>::type_info()
            }
        }

        impl<'r> sqlx::Decode<'r, sqlx::Any> for $enum {
            fn decode(value: sqlx::any::AnyValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                crate::columns::from_name(value)
            }
        }

        impl sqlx::Encode<'_, sqlx::Any> for $enum {
            fn encode_by_ref(
                &self,
                parameters: &mut crate::columns::Parameters,
            ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
                crate::columns::write_name(self, parameters)
            }
        }
    )+};
}
pub(crate) use named_column;

/// The variant of that name.
pub(crate) fn from_name<'r, T: Deserialize<'r>>(value: AnyValueRef<'r>) -> Result<T, BoxDynError> {
    let name = BorrowedStrDeserializer::new(<&str as Decode<Any>>::decode(value)?);
    T::deserialize(name).map_err(|error: NameError| error.into())
}

pub(crate) fn write_name(variant: &impl Serialize, parameters: &mut Parameters) -> Result<IsNull, BoxDynError> {
    let name = std::fmt::from_fn(|f| Serialize::serialize(variant, f)).to_string();
    <String as Encode<Any>>::encode(name, parameters)
}

/// A whole number of a smaller range than the column has.
pub(crate) struct IntColumn<T>(pub T);

impl<T> Type<Any> for IntColumn<T> {
    fn type_info() -> AnyTypeInfo {
        <i64 as Type<Any>>::type_info()
    }

    fn compatible(column: &AnyTypeInfo) -> bool {
        <i64 as Type<Any>>::compatible(column)
    }
}

impl<'r, T> Decode<'r, Any> for IntColumn<T>
where
    T: TryFrom<i64>,
    BoxDynError: From<T::Error>,
{
    fn decode(value: AnyValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self(T::try_from(<i64 as Decode<Any>>::decode(value)?)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AttemptState, FailureReason, HandoffState, SessionState};

    /// Variants as stored in databases. Rust names may change, stored names may not.
    #[test]
    fn stored_names_do_not_change() {
        fn names<T: Serialize>(variants: &[T]) -> Vec<String> {
            variants.iter().map(|variant| std::fmt::from_fn(|f| Serialize::serialize(variant, f)).to_string()).collect()
        }
        let sessions = [
            SessionState::Open,
            SessionState::Scoring,
            SessionState::Passed,
            SessionState::Failed,
            SessionState::Cleared,
        ];
        assert_eq!(names(&sessions), ["open", "judging", "passed", "failed", "cleared"]);
        let failures =
            [FailureReason::TriesUsed, FailureReason::RetryLimit, FailureReason::Refused, FailureReason::Declined];
        assert_eq!(names(&failures), ["tries_used", "retry_limit", "refused", "declined"]);
        assert_eq!(names(&failures), failures.map(FailureReason::code));
        let attempts = [AttemptState::Issued, AttemptState::Received, AttemptState::Scored];
        assert_eq!(names(&attempts), ["issued", "received", "judged"]);
        let handoffs = [HandoffState::Created, HandoffState::Opened, HandoffState::Voided, HandoffState::Confirmed];
        assert_eq!(names(&handoffs), ["created", "opened", "voided", "confirmed"]);
    }
}
