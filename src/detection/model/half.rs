//! Half-precision numbers.

/// Converts an IEEE 754 half-precision number.
pub(super) fn half_to_float(half: u16) -> f32 {
    let sign = if half & 0x8000 == 0 { 1.0 } else { -1.0 };
    let exponent = i32::from(half >> 10 & 0x1f);
    let fraction = f32::from(half & 0x3ff);
    sign * match exponent {
        0 => fraction * (2f32).powi(-24),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1.0 + fraction / 1024.0) * (2f32).powi(exponent - 15),
    }
}

#[cfg(test)]
mod tests {
    use super::half_to_float;

    #[test]
    fn half_floats_follow_ieee_754() {
        assert_eq!(half_to_float(0x3c00), 1.0);
        assert_eq!(half_to_float(0xc000), -2.0);
        assert_eq!(half_to_float(0x7bff), 65504.0);
        assert_eq!(half_to_float(0x0001), 2f32.powi(-24));
        assert_eq!(half_to_float(0x0400), 2f32.powi(-14));
        assert_eq!(half_to_float(0x8000).to_bits(), (-0.0f32).to_bits());
        assert_eq!(half_to_float(0xfc00), f32::NEG_INFINITY);
        assert!(half_to_float(0x7e00).is_nan());
    }
}
