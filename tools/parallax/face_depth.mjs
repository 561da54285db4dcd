// Writes crates/parallax/src/face_table.rs: the depth of MediaPipe's canonical face on a grid.
//
//   npm pack mind-ar@1.2.5 && tar xzf mind-ar-1.2.5.tgz
//   node tools/parallax/face_depth.mjs package/src/face-target/face-geometry/canonical-face-model.obj
//
// The model (468 points of a mean face, in centimetres) is Google's, from MediaPipe, Apache-2.0; the package mind-ar
// (MIT) contains it as an OBJ file.

import { readFileSync, writeFileSync } from 'node:fs';

const STEP = 0.1; // eye distances between columns and between rows
const COLUMNS = 14; // from the middle line out to x = 1.3
const TOP = -0.9; // first row, eye distances below the eyes
const ROWS = 29; // down to y = 1.9

const points = [];
const triangles = [];
for (const line of readFileSync(process.argv[2], 'utf8').split('\n')) {
  const [kind, ...rest] = line.trim().split(/\s+/);
  if (kind === 'v') points.push(rest.map(Number));
  if (kind === 'f') triangles.push(rest.map((corner) => Number.parseInt(corner, 10) - 1));
}
// Corners of the eyes in MediaPipe's numbering; an eye's middle is between its corners.
const middle = (a, b) => points[a].map((value, axis) => (value + points[b][axis]) / 2);
const [right, left] = [middle(33, 133), middle(362, 263)];
const unit = left[0] - right[0];
const [eyeY, eyeZ] = [(right[1] + left[1]) / 2, (right[2] + left[2]) / 2];
const face = points.map(([x, y, z]) => [x / unit, (eyeY - y) / unit, (z - eyeZ) / unit]);

/** Depth of the foremost triangle at (x, y), or null outside of the face. */
function depthAt(x, y) {
  let foremost = null;
  for (const [a, b, c] of triangles.map((corners) => corners.map((corner) => face[corner]))) {
    const area = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]);
    if (Math.abs(area) < 1e-9) continue;
    const wb = ((x - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (y - a[1])) / area;
    const wc = ((b[0] - a[0]) * (y - a[1]) - (x - a[0]) * (b[1] - a[1])) / area;
    if (wb < -1e-6 || wc < -1e-6 || wb + wc > 1 + 1e-6) continue;
    const depth = a[2] + wb * (b[2] - a[2]) + wc * (c[2] - a[2]);
    if (foremost === null || depth > foremost) foremost = depth;
  }
  return foremost;
}

const grid = [];
for (let row = 0; row < ROWS; row += 1) {
  for (let column = 0; column < COLUMNS; column += 1) {
    const [x, y] = [column * STEP, TOP + row * STEP];
    // The mesh is symmetric except for rounding. The offset of 1e-4 avoids the edges of the middle line.
    grid.push({ x, y, depth: depthAt(x + 1e-4, y) });
  }
}
const known = grid.filter((cell) => cell.depth !== null);
for (const cell of grid) {
  if (cell.depth !== null) continue;
  // Outside of the face, use the nearest point.
  const distance = (other) => Math.hypot(other.x - cell.x, other.y - cell.y);
  cell.depth = known.reduce((best, other) => (distance(other) < distance(best) ? other : best)).depth;
}
const rows = [];
for (let row = 0; row < ROWS; row += 1) {
  const cells = grid.slice(row * COLUMNS, (row + 1) * COLUMNS);
  rows.push(`    [${cells.map(({ depth }) => Math.round(100 * depth)).join(', ')}],`);
}
writeFileSync(
  new URL('../../crates/parallax/src/face_table.rs', import.meta.url),
  `//! Depth of a mean face, written by \`tools/parallax/face_depth.mjs\`: do not edit.
//!
//! MediaPipe's canonical face model (468 points; Google, Apache-2.0), from \`canonical-face-model.obj\` of the npm
//! package mind-ar 1.2.5.

/// Columns, from the middle line outwards.
pub(crate) const COLUMNS: usize = ${COLUMNS};
/// Rows, from the forehead down.
pub(crate) const ROWS: usize = ${ROWS};
/// From column to column and from row to row, in distances between the eyes.
pub(crate) const STEP: f32 = ${STEP};
/// The first row, in distances between the eyes below the line of the eyes.
pub(crate) const TOP: f32 = ${TOP.toFixed(1)};

/// Towards the camera from the plane of the eyes, in hundredths of the distance between the eyes.
#[rustfmt::skip]
pub(crate) const DEPTH: [[i16; COLUMNS]; ROWS] = [
${rows.join('\n')}
];
`,
);
