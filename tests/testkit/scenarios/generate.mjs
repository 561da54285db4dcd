// Renders the scenario videos: .mjpeg files in .cache/scenarios, named by a hash of their sources.

import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import { fingerprint } from '../../../scripts/cli/cached.mjs';
import { root } from '../../../scripts/cli/run.mjs';
import { drawScene, loadPhotos } from './render.mjs';
import { SCENARIOS } from './scenarios.mjs';
import { drawTimecode, timecodeRect } from './timecode.mjs';

/** Frames per second at which Chromium plays an .mjpeg file as the camera. */
export const FPS = 30;

/** The video sizes: as from the cameras of phones and of laptops. */
export const SHAPES = { portrait: [720, 1280], landscape: [1280, 720] };

const FOLDER = join(root, '.cache', 'scenarios');
const QUALITY = 85;

/** Renders the scenario's video if it does not exist, and returns its path. */
export async function scenarioVideo(name, shape = 'portrait') {
  const scenario = SCENARIOS[name];
  if (scenario === undefined) throw new Error(`unknown scenario ${name}`);
  const hash = fingerprint(['tests/testkit/scenarios', 'crates/rendering/src'], `${name} ${shape}`).slice(0, 12);
  const path = join(FOLDER, `${name}-${shape}-${hash}.mjpeg`);
  if (existsSync(path)) return path;
  mkdirSync(FOLDER, { recursive: true });
  // Renamed when complete; two tests may render it at once.
  const part = `${path}.${process.pid}.part`;
  writeFileSync(part, await frames(scenario, ...SHAPES[shape]));
  renameSync(part, path);
  return path;
}

/** The rectangle with a margin for antialiasing. */
const withMargin = ({ x, y, width, height }) => ({ x: x - 2, y: y - 2, width: width + 4, height: height + 4 });

/** Renders a scenario that a test has made up, as a video: concatenated JPEG files. */
export function renderScenario(scenario, shape = 'portrait') {
  return frames(scenario, ...SHAPES[shape]);
}

async function frames(scenario, width, height) {
  const count = Math.round(scenario.seconds * FPS);
  const scenes = Array.from({ length: count }, (_, i) => scenario.at(i / FPS));
  const photos = await loadPhotos([...new Set(scenes.flat().map((layer) => layer.photo))]);
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  const { x, y, width: codeWidth, height: codeHeight } = withMargin(timecodeRect(width, height));
  const pictures = [];
  let drawn = null;
  let underCode = null;
  for (const [i, layers] of scenes.entries()) {
    const wanted = JSON.stringify(layers);
    if (wanted !== drawn) {
      drawScene(context, photos, layers, width, height);
      underCode = context.getImageData(x, y, codeWidth, codeHeight);
    }
    drawn = wanted;
    // In a still scene only the timecode changes.
    context.putImageData(underCode, x, y);
    drawTimecode(context, width, height, i);
    pictures.push(await canvas.encode('jpeg', QUALITY));
  }
  return Buffer.concat(pictures);
}
