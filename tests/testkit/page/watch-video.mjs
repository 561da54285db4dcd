// Records which scenario frame the page's video element shows at which time, independently of the engine.

import { readFileSync } from 'node:fs';

const MODULE = '/timecode.mjs';
const source = readFileSync(new URL('../scenarios/timecode.mjs', import.meta.url));

/** Serves the module that reads frame numbers; for the `before` option of `serve`. */
export function serveTimecodeModule(request, response) {
  if (request.url !== MODULE) return false;
  response.writeHead(200, { 'Content-Type': 'text/javascript' });
  response.end(source);
  return true;
}

/** Runs in the page: records frame number and time a few times a second, in `globalThis.seen`. */
async function watch({ module, everyMs }) {
  globalThis.seen = [];
  const { readTimecode, timecodeRect } = await import(module);
  const video = document.getElementById('video');
  let last = 0;
  const sample = async (now) => {
    video.requestVideoFrameCallback(sample);
    if (now - last < everyMs) return;
    last = now;
    const time = performance.timeOrigin + now;
    let frame;
    try {
      frame = new VideoFrame(video);
    } catch (error) {
      // The capture has ended meanwhile, and its camera has no more frames.
      if (error.name === 'InvalidStateError') return;
      throw error;
    }
    const { codedWidth: width, codedHeight: height } = frame;
    const rect = timecodeRect(width, height);
    const bytes = new Uint8Array(frame.allocationSize({ rect }));
    const [{ offset, stride }] = await frame.copyTo(bytes, { rect });
    frame.close();
    // The first plane is luma in every camera format.
    const number = readTimecode(width, height, (x, y) => bytes[offset + (y - rect.y) * stride + x - rect.x]);
    if (number !== null) globalThis.seen.push({ frame: number, time });
  };
  video.requestVideoFrameCallback(sample);
}

/** Starts watching in an opened page. */
export async function watchVideo(page) {
  await page.waitForSelector('#video', { state: 'attached' });
  return page.evaluate(watch, { module: MODULE, everyMs: 150 });
}

/** The frames recorded so far. */
export function watchedFrames(page) {
  return page.evaluate(() => globalThis.seen);
}
