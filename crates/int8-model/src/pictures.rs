//! Generated pictures of faces, on which the rounding is calibrated: the same on every machine.

use nearfar::detection::model::INPUT_SIDE;

/// Number of pictures.
const PICTURES: u32 = 48;

/// A linear congruential generator: integers only, so that every machine draws the same.
struct Random(u32);

impl Random {
    /// A number below `end`.
    fn below(&mut self, end: i32) -> i32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((u64::from(self.0 >> 8) * end as u64) >> 24) as i32
    }

    fn between(&mut self, start: i32, end: i32) -> i32 {
        start + self.below(end - start)
    }

    fn color(&mut self, low: [i32; 3], high: [i32; 3]) -> [i32; 3] {
        let share = self.below(101);
        std::array::from_fn(|i| low[i] + (high[i] - low[i]) * share / 100 + self.between(-8, 9))
    }
}

/// The pictures as inputs of the network: 128x128 RGB from -1 to 1, row by row.
pub(crate) fn pictures() -> impl Iterator<Item = Vec<f32>> {
    (0..PICTURES).map(|index| draw(&mut Random(index.wrapping_mul(2_654_435_761).wrapping_add(7))))
}

/// An ellipse in the picture's coordinates.
struct Ellipse {
    center: [i32; 2],
    radii: [i32; 2],
}

impl Ellipse {
    fn contains(&self, x: i32, y: i32) -> bool {
        let [rx, ry] = self.radii.map(|radius| i64::from(radius.max(1)));
        let [dx, dy] = [i64::from(x - self.center[0]), i64::from(y - self.center[1])];
        dx * dx * ry * ry + dy * dy * rx * rx <= rx * rx * ry * ry
    }
}

/// An oval with eyes, brows, nose, mouth, hair and shoulders, in front of a background with a gradient.
fn draw(random: &mut Random) -> Vec<f32> {
    // Half of the width of the face, and its centre.
    let half = random.between(9, 40);
    let [cx, cy] = [(); 2].map(|()| random.between(half.min(63), 128 - half.min(63)));
    let skin = random.color([90, 60, 45], [235, 195, 175]);
    let hair = random.color([15, 12, 10], [170, 140, 100]);
    let clothes = random.color([20, 20, 20], [220, 220, 225]);
    let backgrounds = [(); 2].map(|()| random.color([20, 25, 30], [235, 235, 235]));
    let (lean, light, noise) = (random.between(-30, 31), random.between(-45, 46), random.between(1, 20));
    let gain = random.between(50, 125);
    let shape = |x: i32, y: i32, rx: i32, ry: i32, color: [i32; 3]| {
        // In hundredths of the half width, leaned about the centre.
        let [x, y] = [x * half / 100, y * half / 100];
        let center = [cx + x - y * lean / 100, cy + y + x * lean / 100];
        (Ellipse { center, radii: [rx * half / 100, ry * half / 100] }, color)
    };
    let darker = |color: [i32; 3], percent: i32| color.map(|value| value * percent / 100);
    let lips = [skin[0] * 8 / 10, skin[1] / 2, skin[2] / 2];
    let open = random.between(6, 16);
    // From front to back.
    let shapes = [
        shape(-42, -22, 8, open.min(9), [35, 25, 22]),
        shape(42, -22, 8, open.min(9), [35, 25, 22]),
        shape(-42, -22, 19, open, [225, 220, 215]),
        shape(42, -22, 19, open, [225, 220, 215]),
        shape(-42, -50, 28, 7, darker(hair, 80)),
        shape(42, -50, 28, 7, darker(hair, 80)),
        shape(-9, 24, 5, 4, darker(skin, 45)),
        shape(9, 24, 5, 4, darker(skin, 45)),
        shape(0, 20, 17, 12, darker(skin, 88)),
        shape(0, 62, 36, open, lips),
        shape(0, 0, 88, 122, skin),
        shape(0, -45, 102, 105, hair),
        shape(-92, 0, 12, 24, darker(skin, 85)),
        shape(92, 0, 12, 24, darker(skin, 85)),
        shape(0, 130, 45, 70, darker(skin, 75)),
        shape(0, 270, 190, 130, clothes),
    ];
    let mut values = Vec::with_capacity(INPUT_SIDE * INPUT_SIDE * 3);
    for y in 0..INPUT_SIDE as i32 {
        for x in 0..INPUT_SIDE as i32 {
            let found = shapes.iter().find(|(ellipse, _)| ellipse.contains(x, y));
            let background = std::array::from_fn(|i| (backgrounds[0][i] * (127 - y) + backgrounds[1][i] * y) / 127);
            let color = found.map_or(background, |(_, color)| *color);
            for value in color {
                let lit = (value + light * (x - cx) / 64) * gain / 100 + random.between(-noise, noise + 1);
                values.push(lit.clamp(0, 255) as f32 * (2.0 / 255.0) - 1.0);
            }
        }
    }
    values
}
