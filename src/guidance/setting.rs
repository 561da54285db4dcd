//! Numbers that an integrator can set: their names, their ranges, and errors for nonsense.

/// One number of a configuration `T`.
pub struct Setting<T> {
    /// As it is called in JSON, such as `far.minSize`.
    pub name: &'static str,
    /// Least value allowed.
    pub min: f32,
    /// Greatest value allowed.
    pub max: f32,
    /// Where it is kept.
    pub place: fn(&mut T) -> &mut f32,
}

impl<T> Setting<T> {
    /// The number called `name`, from `min` to `max`.
    pub const fn new(name: &'static str, min: f32, max: f32, place: fn(&mut T) -> &mut f32) -> Self {
        Setting { name, min, max, place }
    }
}

/// A threshold that makes no sense.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{field} is {value}, outside {min} to {max}{because}")]
pub struct ThresholdError {
    /// The field as it is called in JSON, such as `far.minSize`.
    pub field: &'static str,
    /// The value given.
    pub value: f32,
    /// Least value allowed.
    pub min: f32,
    /// Greatest value allowed.
    pub max: f32,
    /// Where a limit is another field's, which.
    pub because: &'static str,
}

/// The error for a `value` that is not from `min` to `max`; a NaN is not.
pub(crate) fn in_range(
    field: &'static str,
    value: f32,
    min: f32,
    max: f32,
    because: &'static str,
) -> Result<(), ThresholdError> {
    if (min..=max).contains(&value) { Ok(()) } else { Err(ThresholdError { field, value, min, max, because }) }
}

/// Whether every one of `settings` is in its range.
pub(crate) fn check_ranges<T: Copy>(settings: &[Setting<T>], of: &T) -> Result<(), ThresholdError> {
    let mut values = *of;
    settings.iter().try_for_each(|field| in_range(field.name, *(field.place)(&mut values), field.min, field.max, ""))
}

/// Sets the one of `settings` that is called `name`, whatever its range; `false` if there is none.
pub(crate) fn set_by_name<T>(settings: &[Setting<T>], of: &mut T, name: &str, value: f32) -> bool {
    let found = settings.iter().find(|field| field.name == name);
    found.map(|field| *(field.place)(of) = value).is_some()
}
