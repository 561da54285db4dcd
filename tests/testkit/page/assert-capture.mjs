// What every far-to-near story must end with.

import assert from 'node:assert/strict';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { FPS } from '../scenarios/generate.mjs';
import { STORIES } from '../scenarios/scenarios.mjs';
import { readTimecodeOf } from '../scenarios/timecode.mjs';

/** How far a stamp may be from when the frame was seen on the screen, ms: a few frames lie between the two. */
const STAMP_TOLERANCE_MS = 300;
/** How many frames away a seen frame may be to tell when this one was there. */
const NEARBY_FRAMES = 10;
const MAX_BYTES = 2_000_000;

async function frameNumber(jpeg) {
  const image = await loadImage(jpeg);
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  return readTimecodeOf(context.getImageData(0, 0, image.width, image.height));
}

function assertStill(still, name) {
  assert.ok(still, `${name} is there`);
  const { jpeg, width, height, face } = still;
  assert.ok(width >= 256 && height >= 256 && width <= 4096 && height <= 4096, `${name} is ${width}x${height}`);
  assert.ok(jpeg.length < MAX_BYTES, `${name} has ${jpeg.length} bytes`);
  assert.equal(jpeg.readUInt16BE(0), 0xffd8, `${name} is a JPEG`);
  assert.equal(jpeg.indexOf('Exif'), -1, `${name} has no Exif block`);
  assert.ok(face.x >= 0 && face.y >= 0 && face.x + face.width <= width, `${name}: ${JSON.stringify(face)}`);
}

/** The independent detector's width of the one face in a picture. */
async function oneFace(detect, jpeg, name) {
  const faces = await detect(jpeg);
  assert.equal(faces.length, 1, `one face in ${name}: ${JSON.stringify(faces)}`);
  return faces[0].width;
}

/**
 * Checks that a picture's stamp lies inside the video's span for it: the frame number in the picture says which moment
 * of the video it shows, and `seen` when the video was there.
 */
async function assertStamp({ jpeg, time }, [from, to], seen, name) {
  const frame = await frameNumber(jpeg);
  assert.ok(frame !== null && frame / FPS >= from && frame / FPS < to, `${name} shows frame ${frame}`);
  const differences = seen
    .filter((other) => Math.abs(other.frame - frame) <= NEARBY_FRAMES)
    .map((other) => time - other.time - ((frame - other.frame) * 1000) / FPS);
  // Where a busy machine shows frames late, those nearby tell by how much.
  const [least, most] = [Math.min(...differences), Math.max(...differences)];
  const near = least < STAMP_TOLERANCE_MS && most > -STAMP_TOLERANCE_MS;
  assert.ok(near, `${name}: frame ${frame} was seen ${least} to ${most} ms before its stamp`);
}

/**
 * Checks a finished capture of the story `far_to_near`.
 * @param finished the detail of the `finished` event
 * @param {{detect: Function, seen: {frame: number, time: number}[]}} judges the independent detector, and when which
 *   frame of the video was seen, Unix ms
 */
export async function assertFarToNear(finished, { detect, seen }) {
  assert.equal(finished.outcome, 'captured', JSON.stringify([finished.error, finished.instructions]));
  const { far, near, audit } = finished;
  assertStill(far, 'far');
  assertStill(near, 'near');
  assert.ok(near.time > far.time, 'near is later than far');

  const { spans } = STORIES.far_to_near;
  await assertStamp(far, spans.far, seen, 'far');
  await assertStamp(near, spans.near, seen, 'near');

  const growth = (await oneFace(detect, near.jpeg, 'near')) / (await oneFace(detect, far.jpeg, 'far'));
  assert.ok(growth >= 1.5, `the face grew by ${growth}`);

  assert.equal(audit.length, 6);
  const times = audit.map(({ time }) => time);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
  for (const { jpeg } of audit) assert.equal(jpeg.readUInt16BE(0), 0xffd8);
}
