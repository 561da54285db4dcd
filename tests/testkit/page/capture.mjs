// A capture in headless Chromium whose camera plays a story.

import { launchChromium } from '../browser/chromium.mjs';
import { serve } from '../browser/serve.mjs';
import { SHAPES, scenarioVideo } from '../scenarios/generate.mjs';
import { followPage } from './follow.mjs';
import { answerTimecode } from './watch-video.mjs';

/** The page's address with these options; objects become JSON. */
export function address(url, options) {
  const target = new URL(url);
  for (const [name, value] of Object.entries(options)) {
    target.searchParams.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  return target.href;
}

/** Constraints that make Chromium play the whole of a story's video. */
export function wholeVideo(shape) {
  const [width, height] = SHAPES[shape];
  return { width: { ideal: width }, height: { ideal: height } };
}

/** Settings of the pipeline with which a busy machine's camera may play its film more than once. */
export const PATIENT = { session: { stageLimit: 60_000 } };

/** A window in which all of a story's video is seen. */
export function viewport(shape) {
  const [width, height] = SHAPES[shape];
  return { width: Math.round((width * 5) / 8), height: Math.round((height * 5) / 8) };
}

/**
 * Opens the page with a story as the camera, and starts it at once. All is closed when the test ends.
 * @param t the test's context
 * @param {{story?: string, shape?: 'portrait' | 'landscape', options?: object, chromium?: object,
 *   prepare?: (page, server) => Promise<void>, start?: (server) => string}} settings
 *   `options`: the page's address options; `chromium`: those of `launchChromium`; `prepare`: what is done before the
 *   page is opened; `start`: the address, where it is not the server's
 */
export async function openCapture(t, settings = {}) {
  const { story = 'far_to_near', shape = 'portrait', options = {}, chromium = {}, prepare, start } = settings;
  const video = await scenarioVideo(story, shape);
  const server = await serve({ port: 0, before: answerTimecode });
  t.after(() => server.close());
  const browser = await launchChromium({ video, ...chromium });
  t.after(() => browser.close());
  const page = await browser.newPage({ viewport: viewport(shape) });
  const log = await followPage(page);
  await prepare?.(page, server);
  const base = start?.(server) ?? server.url;
  await page.goto(address(base, { autostart: 1, constraints: wholeVideo(shape), ...options }));
  return { browser, page, log, server };
}
