// The timecode in scenario videos.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { drawTimecode, readTimecodeOf } from '../testkit/scenarios/timecode.mjs';

/** A frame with the number after scaling to `width` px, an optional square crop and JPEG. */
async function photographed(number, [w, h], { crop = false, width }) {
  const frame = createCanvas(w, h);
  const context = frame.getContext('2d');
  context.fillStyle = '#777';
  context.fillRect(0, 0, w, h);
  drawTimecode(context, w, h, number);
  const side = Math.min(w, h);
  const [sw, sh] = crop ? [side, side] : [w, h];
  const small = createCanvas(width, Math.round((width * sh) / sw));
  small.getContext('2d').drawImage(frame, (w - sw) / 2, (h - sh) / 2, sw, sh, 0, 0, small.width, small.height);
  const seen = await loadImage(await small.encode('jpeg', 60));
  const canvas = createCanvas(seen.width, seen.height);
  canvas.getContext('2d').drawImage(seen, 0, 0);
  return canvas.getContext('2d').getImageData(0, 0, seen.width, seen.height);
}

test('frame numbers survive scaling, cropping to a square and JPEG', async () => {
  for (const number of [0, 1, 1365, 2730, 4095]) {
    assert.equal(readTimecodeOf(await photographed(number, [720, 1280], { width: 720 })), number);
    assert.equal(readTimecodeOf(await photographed(number, [1280, 720], { width: 640 })), number);
    assert.equal(readTimecodeOf(await photographed(number, [720, 1280], { crop: true, width: 360 })), number);
  }
});

test('a picture without a code has no frame number', () => {
  const context = createCanvas(720, 1280).getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, 720, 1280);
  assert.equal(readTimecodeOf(context.getImageData(0, 0, 720, 1280)), null);
});
