// When which frame of the story was on the page's own video element, seen without the engine.

import { readFileSync } from 'node:fs';

const MODULE = '/timecode.mjs';
const source = readFileSync(new URL('../scenarios/timecode.mjs', import.meta.url));

/** Answers the page's request for the reader of frame numbers; for `serve`. */
export function answerTimecode(request, response) {
  if (request.url !== MODULE) return false;
  response.writeHead(200, { 'Content-Type': 'text/javascript' });
  response.end(source);
  return true;
}

/** Runs in the page: notes frame number and time a few times a second, in `globalThis.seen`. */
async function watch({ module, everyMs }) {
  globalThis.seen = [];
  const { readTimecode, timecodeRect } = await import(module);
  const video = document.getElementById('video');
  let last = 0;
  const look = async (now) => {
    video.requestVideoFrameCallback(look);
    if (now - last < everyMs) return;
    last = now;
    const time = performance.timeOrigin + now;
    let frame;
    try {
      frame = new VideoFrame(video);
    } catch (error) {
      // The capture has ended since this was called, and its camera has no frame any more.
      if (error.name === 'InvalidStateError') return;
      throw error;
    }
    const { codedWidth: width, codedHeight: height } = frame;
    const rect = timecodeRect(width, height);
    const bytes = new Uint8Array(frame.allocationSize({ rect }));
    const [{ offset, stride }] = await frame.copyTo(bytes, { rect });
    frame.close();
    // The first plane is luma in every format of a camera.
    const number = readTimecode(width, height, (x, y) => bytes[offset + (y - rect.y) * stride + x - rect.x]);
    if (number !== null) globalThis.seen.push({ frame: number, time });
  };
  video.requestVideoFrameCallback(look);
}

/** Starts watching in an opened page. */
export async function watchVideo(page) {
  await page.waitForSelector('#video', { state: 'attached' });
  return page.evaluate(watch, { module: MODULE, everyMs: 150 });
}

/** What was seen so far. */
export function seenFrames(page) {
  return page.evaluate(() => globalThis.seen);
}
