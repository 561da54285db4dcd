// Few frames are read while nobody is in view and while the battery is low: the worker closes those of a stream unread,
// the window does not send others.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCapture } from '../testkit/page/capture.mjs';

/** The person keeps moving: nothing but the battery reduces the rate. */
const LONG = { config: { session: { stageLimit: 300_000, sessionLimit: 900_000 } } };

/** The reduced rate, frames a second, with some tolerance. A slow machine has fewer anyway. */
const REDUCED_RATE = 18;

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
  const counts = () => worker.evaluate(() => ({ ...globalThis.counts, seconds: performance.now() / 1000 }));
  /** Waits until `count` frames have come. Returns how many were closed unread, and how many were copied a second. */
  const during = async (count) => {
    const before = await counts();
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      const after = await counts();
      const [received, copied, seconds] = ['received', 'copied', 'seconds'].map((name) => after[name] - before[name]);
      if (received >= count) return { unread: received - copied, rate: copied / seconds };
    }
  };
  return { ...opened, during };
}

test('while nobody is in view, frames are closed unread', async (t) => {
  const { during } = await openCounted(t, { scenario: 'no_face' });
  await during(120);
  const { rate } = await during(90);
  assert.ok(rate > 0 && rate <= REDUCED_RATE, `${rate} frames a second`);
});

test('a battery that becomes low reduces the rate, and one that is charged restores it', async (t) => {
  const { page, during } = await openCounted(t, {
    scenario: 'keep_still',
    prepare: (page) => page.addInitScript(fakeBattery),
  });
  const full = await during(90);
  assert.ok(full.unread <= 20, `${full.unread} of 90 frames`);
  await page.evaluate(() => globalThis.charge(0.1));
  await during(10);
  const low = await during(90);
  assert.ok(low.rate > 0 && low.rate <= REDUCED_RATE, `${low.rate} frames a second`);
  await page.evaluate(() => globalThis.charge(0.9));
  await during(10);
  const charged = await during(90);
  assert.ok(charged.unread <= 20, `${charged.unread} of 90 frames`);
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
    await log.until('instruction');
    const shown = (count) => page.waitForFunction((count) => globalThis.reads.shown >= count, count);
    const reads = () => page.evaluate(() => ({ ...globalThis.reads, seconds: performance.now() / 1000 }));
    await shown((await reads()).shown + 120);
    const before = await reads();
    await shown(before.shown + 90);
    const after = await reads();
    const rate = (after.read - before.read) / (after.seconds - before.seconds);
    assert.ok(rate > 0 && rate <= REDUCED_RATE, `${rate} frames a second`);
  });
}
