// Making the videos of the stories: .mjpeg files under .cache/stories, named by what they were made of.

import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import { fingerprint } from '../../../scripts/cli/cached.mjs';
import { root } from '../../../scripts/cli/run.mjs';
import { drawScene, loadPhotos } from './render.mjs';
import { STORIES } from './scenarios.mjs';
import { drawTimecode, timecodeRect } from './timecode.mjs';

/** Frames a second: Chromium plays an .mjpeg camera at this rate. */
export const FPS = 30;

/** The two shapes of video, as cameras of phones and of laptops give them. */
export const SHAPES = { portrait: [720, 1280], landscape: [1280, 720] };

const FOLDER = join(root, '.cache', 'scenarios');
const QUALITY = 85;

/** Writes the story as a video where it is not there yet, and returns its path. */
export async function scenarioVideo(name, shape = 'portrait') {
  const story = STORIES[name];
  if (story === undefined) throw new Error(`no story is called ${name}`);
  const hash = fingerprint(['tests/testkit/scenarios', 'crates/rendering/src'], `${name} ${shape}`).slice(0, 12);
  const path = join(FOLDER, `${name}-${shape}-${hash}.mjpeg`);
  if (existsSync(path)) return path;
  mkdirSync(FOLDER, { recursive: true });
  // Under its own name only when it is whole; two tests may make one at once.
  const part = `${path}.${process.pid}.part`;
  writeFileSync(part, await frames(story, ...SHAPES[shape]));
  renameSync(part, path);
  return path;
}

/** A rectangle of whole pixels with room for what antialiasing touches. */
const around = ({ x, y, width, height }) => ({ x: x - 2, y: y - 2, width: width + 4, height: height + 4 });

/** A story that is made up by a test, as a video: one JPEG after the other. */
export function filmOf(story, shape = 'portrait') {
  return frames(story, ...SHAPES[shape]);
}

async function frames(story, width, height) {
  const count = Math.round(story.seconds * FPS);
  const scenes = Array.from({ length: count }, (_, i) => story.at(i / FPS));
  const photos = await loadPhotos([...new Set(scenes.flat().map((layer) => layer.photo))]);
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  const { x, y, width: codeWidth, height: codeHeight } = around(timecodeRect(width, height));
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
    // Of a scene that stands still only the code changes.
    context.putImageData(underCode, x, y);
    drawTimecode(context, width, height, i);
    pictures.push(await canvas.encode('jpeg', QUALITY));
  }
  return Buffer.concat(pictures);
}
