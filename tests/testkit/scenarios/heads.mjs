// Renders people in depth: a photograph on a 3D head, as the camera sees it at the person's distance.

import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadImage } from '@napi-rs/canvas';
import { fingerprint } from '../../../scripts/cli/cached.mjs';
import { root } from '../../../scripts/cli/run.mjs';
import { runRenderingProgram } from './rendering-programs.mjs';

const FOLDER = join(root, '.cache', 'heads');
/** The sources that the pictures depend on. */
const SOURCES = ['crates/rendering/src', 'crates/parallax/src/face_table.rs'];

/**
 * The distance, in eye distances, at which the face box is as wide as the video's short side. It corresponds to 60 cm
 * at the far size of the scenarios.
 */
const FULL_WIDTH_DISTANCE = 2.63;
/** Face sizes from the largest to the smallest. Between neighbours, depth moves nothing by more than a pixel. */
const SIZES = Array.from({ length: 60 }, (_, step) => 0.8 * (0.14 / 0.8) ** (step / 59));

/** Renders the pictures. */
async function draw(path, out) {
  const distances = SIZES.map((size) => (FULL_WIDTH_DISTANCE / size).toFixed(3)).join(',');
  await runRenderingProgram('render_head', ['--out', out, '--distances', distances, path]);
}

const loaded = new Map();

/**
 * The pictures of a photograph's person at all sizes. Renders missing ones; returns the same promise for the same path.
 */
export function loadHead(path) {
  if (!loaded.has(path)) loaded.set(path, load(path));
  return loaded.get(path);
}

async function load(path) {
  const folder = join(FOLDER, fingerprint(SOURCES, path).slice(0, 12));
  if (!existsSync(folder)) {
    mkdirSync(FOLDER, { recursive: true });
    // Renamed when complete; two tests may render at once.
    const part = `${folder}.${process.pid}`;
    await draw(path, part);
    if (existsSync(folder)) rmSync(part, { recursive: true });
    else renameSync(part, folder);
  }
  return Promise.all(SIZES.map((_, index) => loadImage(readFileSync(join(folder, `${index}.png`)))));
}

/** The picture in which the face box is nearest to `size` of the short side wide. */
export function pictureAt(pictures, size) {
  const distances = SIZES.map((known) => Math.abs(Math.log(known / size)));
  return pictures[distances.indexOf(Math.min(...distances))];
}
