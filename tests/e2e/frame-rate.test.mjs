// The worker closes frames unread while nobody is in view and while the battery is low.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCapture } from '../testkit/page/capture.mjs';

/** The person keeps moving: nothing but the battery reduces the rate. */
const LONG = { config: { session: { stageLimit: 300_000, sessionLimit: 900_000 } } };

/** Counts the frames that the worker receives and those whose pixels it copies. */
function countFrames() {
  const counts = { received: 0, copied: 0 };
  const { copyTo } = VideoFrame.prototype;
  VideoFrame.prototype.copyTo = function (...parameters) {
    counts.copied += 1;
    return copyTo.apply(this, parameters);
  };
  const { read } = ReadableStreamDefaultReader.prototype;
  ReadableStreamDefaultReader.prototype.read = function () {
    counts.received += 1;
    return read.call(this);
  };
  globalThis.counts = counts;
}

/** A battery that is not being charged. `globalThis.charge` sets its level. */
function fakeBattery() {
  const battery = Object.assign(new EventTarget(), { charging: false, level: 0.9 });
  navigator.getBattery = async () => battery;
  globalThis.charge = (level) => {
    battery.level = level;
    battery.dispatchEvent(new Event('levelchange'));
  };
}

async function openCounted(t, settings) {
  const opened = await openCapture(t, { options: LONG, ...settings });
  await opened.log.until('instruction');
  const [worker] = opened.page.workers();
  await worker.evaluate(countFrames);
  const counts = () => worker.evaluate(() => globalThis.counts);
  /** Waits until `count` frames have come, and returns how many of them were closed unread. */
  const unreadOf = async (count) => {
    const before = await counts();
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      const { received, copied } = await counts();
      if (received - before.received >= count) return received - before.received - (copied - before.copied);
    }
  };
  return { ...opened, unreadOf };
}

test('while nobody is in view, frames are closed unread', async (t) => {
  const { unreadOf } = await openCounted(t, { scenario: 'no_face' });
  await unreadOf(90);
  const unread = await unreadOf(90);
  assert.ok(unread >= 20, `${unread} of 90 frames`);
});

test('a battery that becomes low reduces the rate, and one that is charged restores it', async (t) => {
  const { page, unreadOf } = await openCounted(t, {
    scenario: 'keep_still',
    prepare: (page) => page.addInitScript(fakeBattery),
  });
  const whileFull = await unreadOf(90);
  await page.evaluate(() => globalThis.charge(0.1));
  await unreadOf(10);
  const whileLow = await unreadOf(90);
  await page.evaluate(() => globalThis.charge(0.9));
  await unreadOf(10);
  const whenCharged = await unreadOf(90);
  assert.ok(whileLow >= whileFull + 20, `low: ${whileLow}, full: ${whileFull}`);
  assert.ok(whenCharged <= whileLow - 20, `low: ${whileLow}, charged: ${whenCharged}`);
});

/** Counts the video's frames and those that the window reads to send them. */
function countReads() {
  const reads = { shown: 0, read: 0 };
  const count = (object, name, what) => {
    const original = object[name];
    object[name] = function (...parameters) {
      reads[what] += 1;
      return original.apply(this, parameters);
    };
  };
  count(HTMLVideoElement.prototype, 'requestVideoFrameCallback', 'shown');
  count(CanvasRenderingContext2D.prototype, 'getImageData', 'read');
  count(globalThis, 'createImageBitmap', 'read');
  globalThis.VideoFrame = class extends VideoFrame {
    constructor(...parameters) {
      super(...parameters);
      reads.read += 1;
    }
  };
  globalThis.reads = reads;
}

for (const source of ['video_frame', 'image_bitmap', 'canvas']) {
  test(`the window reads no frames that the worker would close, frame source ${source}`, async (t) => {
    const { page, log } = await openCapture(t, {
      options: { ...LONG, source },
      scenario: 'no_face',
      prepare: (page) => page.addInitScript(countReads),
    });
    await log.until('instruction');
    const shown = (count) => page.waitForFunction((count) => globalThis.reads.shown >= count, count);
    const reads = () => page.evaluate(() => ({ ...globalThis.reads }));
    await shown((await reads()).shown + 90);
    const before = await reads();
    await shown(before.shown + 90);
    const after = await reads();
    const [frames, read] = [after.shown - before.shown, after.read - before.read];
    assert.ok(read > 0, 'frames are still sent');
    assert.ok(read <= 0.75 * frames, `${read} of ${frames} frames`);
  });
}
