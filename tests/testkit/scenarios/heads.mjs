// People in depth: a photograph on a head, as the camera sees it from where its person is.

import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadImage } from '@napi-rs/canvas';
import { fingerprint } from '../../../scripts/cli/cached.mjs';
import { root } from '../../../scripts/cli/run.mjs';
import { runRendering } from '../service/rust-programs.mjs';

const FOLDER = join(root, '.cache', 'heads');
/** What the pictures are made of, and by. */
const SOURCES = [
  'crates/inspect/src/staging',
  'crates/rendering/src/bin/render_head.rs',
  'crates/parallax/src/face_table.rs',
];

/**
 * Distance of a person whose face box is as wide as the short side of the video, in distances between the eyes: 60 cm
 * at the far size of the stories.
 */
const WIDE_FROM = 2.63;
/** From the largest face of a story to the smallest; from one to the next the depth moves nothing by a pixel. */
const SIZES = Array.from({ length: 60 }, (_, step) => 0.8 * (0.14 / 0.8) ** (step / 59));

/** Draws the pictures; the program is there where the tests were built, and else made first. */
async function draw(path, out) {
  const distances = SIZES.map((size) => (WIDE_FROM / size).toFixed(3)).join(',');
  await runRendering('render_head', ['--out', out, '--distances', distances, path]);
}

const loaded = new Map();

/** The pictures of a photograph's person at all sizes, drawn where they are not there yet; for one path always the same. */
export function loadHead(path) {
  if (!loaded.has(path)) loaded.set(path, load(path));
  return loaded.get(path);
}

async function load(path) {
  const folder = join(FOLDER, fingerprint(SOURCES, path).slice(0, 12));
  if (!existsSync(folder)) {
    mkdirSync(FOLDER, { recursive: true });
    // Under its own name only when it is whole; two tests may draw at once.
    const part = `${folder}.${process.pid}`;
    await draw(path, part);
    if (existsSync(folder)) rmSync(part, { recursive: true });
    else renameSync(part, folder);
  }
  return Promise.all(SIZES.map((_, index) => loadImage(readFileSync(join(folder, `${index}.png`)))));
}

/** The picture of a person whose face box is `size` of the short side wide. */
export function pictureAt(pictures, size) {
  const off = SIZES.map((known) => Math.abs(Math.log(known / size)));
  return pictures[off.indexOf(Math.min(...off))];
}
