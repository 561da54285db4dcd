//! A synthetic face, identical on every machine, and the scalar back end's native outputs for it: the reference for the
//! back ends that need no photograph.

use nearfar::detection::model::ANCHORS;
use nearfar::detection::model::Model;
use nearfar::detection::network::Network;
use nearfar::detection::simd::Backend;

/// 128x128 RGB: a plain oval with eyes, nose and mouth on a noisy background; integers only.
pub(crate) fn input() -> Vec<f32> {
    let mut state = 7u32;
    let mut values = Vec::with_capacity(128 * 128 * 3);
    for y in 0i32..128 {
        for x in 0i32..128 {
            let inside = |cx: i32, cy: i32, rx: i32, ry: i32| {
                (x - cx).pow(2) * ry * ry + (y - cy).pow(2) * rx * rx <= rx * rx * ry * ry
            };
            let [r, g, b] = if inside(52, 56, 4, 3) || inside(76, 56, 4, 3) {
                [50, 35, 30]
            } else if inside(52, 49, 8, 2) || inside(76, 49, 8, 2) {
                [70, 50, 40]
            } else if inside(64, 82, 11, 3) {
                [150, 70, 70]
            } else if inside(64, 68, 4, 6) {
                [190, 140, 115]
            } else if inside(64, 42, 30, 22) && y < 40 {
                [60, 45, 35]
            } else if inside(64, 64, 27, 36) {
                [215, 170, 145]
            } else {
                [110, 125, 140]
            };
            for colour in [r, g, b] {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                values.push((colour + (state >> 29) as i32) as f32 / 128.0 - 1.0);
            }
        }
    }
    values
}

/// All logits, then all box values.
pub(crate) fn outputs<B: Backend>(model: &[u8]) -> Vec<f32> {
    let mut network = Network::<B>::new(&Model::from_tflite(model).expect("this is the model"));
    network.input.fill(&input());
    network.run();
    let logits = (0..ANCHORS).map(|anchor| network.logit(anchor));
    let boxes = (0..ANCHORS).flat_map(|anchor| network.box_values(anchor));
    logits.chain(boxes).collect()
}

/// Every 500th output of the scalar back end.
pub(super) const SAMPLES: [f32; 31] = [
    -5.4930806, -5.0625405, 1.8787736, -15.530315, -2.4957058, -5.489148, -3.0646493, -7.175007, 0.17567164, -5.533132,
    -2.5758224, -11.657944, 1.3294312, 1.4487128, -1.2156732, -4.5506577, 0.077272, -3.3854864, 3.5706792, -22.715254,
    -7.616642, -11.154917, 6.2055664, -22.045181, -2.0524068, -4.4208612, 8.751811, -44.46327, 3.7493546, -2.4272056,
    4.041472,
];

/// The maximum difference from [`SAMPLES`], in units of `1 + |sample|`.
pub(super) fn difference_from_samples(outputs: &[f32]) -> f32 {
    let picked: Vec<f32> = outputs.iter().copied().step_by(500).collect();
    assert_eq!(picked.len(), SAMPLES.len(), "{picked:?}");
    max_difference(&picked, &SAMPLES)
}

/// The maximum difference between two lists, in units of `1 + |value|`.
pub(crate) fn max_difference(found: &[f32], wanted: &[f32]) -> f32 {
    assert_eq!(found.len(), wanted.len());
    found.iter().zip(wanted).map(|(a, b)| (a - b).abs() / (1.0 + b.abs())).fold(0.0, f32::max)
}
