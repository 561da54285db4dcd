//! Numeric settings: names, ranges and errors.

/// A number of a configuration `T`.
pub struct Setting<T> {
    /// Name in JSON, such as `far.minSize`.
    pub name: &'static str,
    /// Minimum value.
    pub min: f32,
    /// Maximum value.
    pub max: f32,
    /// Accessor of the field.
    pub field_mut: fn(&mut T) -> &mut f32,
}

impl<T> Setting<T> {
    /// Creates the setting `name` with the range `min` to `max`.
    pub const fn new(name: &'static str, min: f32, max: f32, field_mut: fn(&mut T) -> &mut f32) -> Self {
        Setting { name, min, max, field_mut }
    }
}

/// A setting that is out of its range.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{field} is {value}, outside {min} to {max}{because}")]
pub struct ThresholdError {
    /// Name of the field in JSON, such as `far.minSize`.
    pub field: &'static str,
    /// The given value.
    pub value: f32,
    /// Minimum value.
    pub min: f32,
    /// Maximum value.
    pub max: f32,
    /// Explains a limit that depends on another field.
    pub because: &'static str,
}

/// Checks that `value` is from `min` to `max`; NaN is not.
pub(crate) fn in_range(
    field: &'static str,
    value: f32,
    min: f32,
    max: f32,
    because: &'static str,
) -> Result<(), ThresholdError> {
    if (min..=max).contains(&value) { Ok(()) } else { Err(ThresholdError { field, value, min, max, because }) }
}

/// Checks the range of every setting.
pub(crate) fn check_ranges<T: Copy>(settings: &[Setting<T>], of: &T) -> Result<(), ThresholdError> {
    let mut values = *of;
    settings
        .iter()
        .try_for_each(|field| in_range(field.name, *(field.field_mut)(&mut values), field.min, field.max, ""))
}

/// Sets the setting called `name`, without checking its range. Returns `false` if it does not exist.
pub(crate) fn set_by_name<T>(settings: &[Setting<T>], of: &mut T, name: &str, value: f32) -> bool {
    let found = settings.iter().find(|field| field.name == name);
    found.map(|field| *(field.field_mut)(of) = value).is_some()
}
