// Opens the demo page in headless Chromium with a scenario as the camera.

import { launchChromium } from '../browser/chromium.mjs';
import { SHAPES, scenarioVideo } from '../scenarios/generate.mjs';
import { recordEvents } from './event-log.mjs';
import { serve } from './serve.mjs';
import { serveTimecodeModule } from './watch-video.mjs';

/** The page's address with these URL options; objects become JSON. */
export function address(url, options) {
  const target = new URL(url);
  for (const [name, value] of Object.entries(options)) {
    target.searchParams.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  return target.href;
}

/** Constraints that make Chromium play a scenario's video uncropped. */
export function wholeVideo(shape) {
  const [width, height] = SHAPES[shape];
  return { width: { ideal: width }, height: { ideal: height } };
}

/** A long stage limit: on a busy machine the camera may play its video more than once. */
export const LONG_STAGES = { session: { stageLimit: 60_000 } };

/** A window that shows the whole of a scenario's video. */
export function viewport(shape) {
  const [width, height] = SHAPES[shape];
  return { width: Math.round((width * 5) / 8), height: Math.round((height * 5) / 8) };
}

/**
 * Opens the page with a scenario as the camera and starts a capture. Closes everything when the test ends.
 * @param t the test's context
 * @param {{scenario?: string, shape?: 'portrait' | 'landscape', options?: object, chromium?: object,
 *   prepare?: (page, server) => Promise<void>, start?: (server) => string}} settings
 *   `options`: the page's URL options; `chromium`: options of `launchChromium`; `prepare`: runs before the page opens;
 *   `start`: returns the address, if it is not the server's
 */
export async function openCapture(t, settings = {}) {
  const { scenario = 'far_to_near', shape = 'portrait', options = {}, chromium = {}, prepare, start } = settings;
  const video = await scenarioVideo(scenario, shape);
  const server = await serve({ port: 0, before: serveTimecodeModule });
  t.after(() => server.close());
  const browser = await launchChromium({ video, ...chromium });
  t.after(() => browser.close());
  const page = await browser.newPage({ viewport: viewport(shape) });
  const log = await recordEvents(page);
  await prepare?.(page, server);
  const base = start?.(server) ?? server.url;
  await page.goto(address(base, { autostart: 1, constraints: wholeVideo(shape), ...options }));
  return { browser, page, log, server };
}
