// Asserts the result of the far-to-near scenario.

import assert from 'node:assert/strict';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { FPS } from '../scenarios/generate.mjs';
import { SCENARIOS } from '../scenarios/scenarios.mjs';
import { readTimecodeOf } from '../scenarios/timecode.mjs';

/** How far a timestamp may be from the frame's display on screen, ms: a few frames lie in between. */
const TIMESTAMP_TOLERANCE_MS = 300;
/** How far away, in frames, an observed frame may be to date this one. */
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

/** The width of the only face in a picture, by the independent detector. */
async function faceWidth(detect, jpeg, name) {
  const faces = await detect(jpeg);
  assert.equal(faces.length, 1, `one face in ${name}: ${JSON.stringify(faces)}`);
  return faces[0].width;
}

/**
 * Asserts that a picture shows a frame within the video's span for it, and that its timestamp is right: the frame
 * number in the picture gives its position in the video, and `seen` the time at which that was on screen.
 */
async function assertTimestamp({ jpeg, time }, [from, to], seen, name) {
  const frame = await frameNumber(jpeg);
  assert.ok(frame !== null && frame / FPS >= from && frame / FPS < to, `${name} shows frame ${frame}`);
  const differences = seen
    .filter((other) => Math.abs(other.frame - frame) <= NEARBY_FRAMES)
    .map((other) => time - other.time - ((frame - other.frame) * 1000) / FPS);
  // A busy machine shows frames late; nearby frames show by how much.
  const [least, most] = [Math.min(...differences), Math.max(...differences)];
  const near = least < TIMESTAMP_TOLERANCE_MS && most > -TIMESTAMP_TOLERANCE_MS;
  assert.ok(near, `${name}: frame ${frame} was seen ${least} to ${most} ms before its timestamp`);
}

/**
 * Asserts the result of a capture of the scenario `far_to_near`.
 * @param finished the detail of the `finished` event
 * @param {{detect: Function, seen: {frame: number, time: number}[]}} evidence the independent detector, and the times
 *   at which frames of the video were on screen, Unix ms
 */
export async function assertFarToNear(finished, { detect, seen }) {
  assert.equal(finished.outcome, 'captured', JSON.stringify([finished.error, finished.instructions]));
  const { far, near, audit } = finished;
  assertStill(far, 'far');
  assertStill(near, 'near');
  assert.ok(near.time > far.time, 'near is later than far');

  const { spans } = SCENARIOS.far_to_near;
  await assertTimestamp(far, spans.far, seen, 'far');
  await assertTimestamp(near, spans.near, seen, 'near');

  const growth = (await faceWidth(detect, near.jpeg, 'near')) / (await faceWidth(detect, far.jpeg, 'far'));
  assert.ok(growth >= 1.5, `the face grew by ${growth}`);

  assert.equal(audit.length, 6);
  const times = audit.map(({ time }) => time);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
  for (const { jpeg } of audit) assert.equal(jpeg.readUInt16BE(0), 0xffd8);
}
