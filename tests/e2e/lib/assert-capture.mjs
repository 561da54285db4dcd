// What every far-to-near story must end with.

import assert from 'node:assert/strict';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { FPS } from '../stories/generate.mjs';
import { STORIES } from '../stories/stories.mjs';
import { readTimecode } from '../stories/timecode.mjs';

/** How far a stamp may be from the time at which the video showed the frame, ms: cameras buffer a few frames. */
const STAMP_TOLERANCE_MS = 250;
const MAX_BYTES = 2_000_000;

async function frameNumber(jpeg) {
  const image = await loadImage(jpeg);
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  return readTimecode(context.getImageData(0, 0, image.width, image.height));
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
 * Checks a finished capture of the story `far_to_near`.
 * @param finished the detail of the `finished` event
 * @param detect the independent detector
 */
export async function assertFarToNear(finished, detect) {
  assert.equal(finished.outcome, 'captured', JSON.stringify(finished.error));
  const { far, near, audit } = finished;
  assertStill(far, 'far');
  assertStill(near, 'near');
  assert.ok(near.time > far.time, 'near is later than far');

  // Both stamps lie inside the video's matching span: the pictures carry the number of the frame that they show,
  // and between the two stamps as much time went by as between the two frames.
  const { seconds, spans } = STORIES.far_to_near;
  const [farFrame, nearFrame] = [await frameNumber(far.jpeg), await frameNumber(near.jpeg)];
  for (const [frame, [from, to], name] of [
    [farFrame, spans.far, 'far'],
    [nearFrame, spans.near, 'near'],
  ]) {
    assert.ok(frame !== null && frame / FPS >= from && frame / FPS < to, `${name} shows frame ${frame}`);
  }
  const loop = seconds * 1000;
  const played = (((((nearFrame - farFrame) * 1000) / FPS) % loop) + loop) % loop;
  const difference = Math.abs(((near.time - far.time - played + loop * 1.5) % loop) - loop / 2);
  assert.ok(
    difference < STAMP_TOLERANCE_MS,
    `the stamps are ${near.time - far.time} ms apart, the frames ${played} ms (of a loop of ${loop})`,
  );

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
