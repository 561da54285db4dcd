// node examples/capture.mjs --url URL --video FILE: the person of a session, with a video (.y4m, .mjpeg) in place of the
// camera.
//
// URL is what Get Token has answered. Opens it in headless Chromium, taps "start", lets the page do its work until it
// shows a result, and prints where the session then stands as JSON. Ends with status 0 once an attempt was judged,
// however that ended.

import { parseArgs } from 'node:util';
import { browsers } from '../scripts/lib/browsers.mjs';
import { launchChromium } from '../scripts/lib/chromium.mjs';
import { main, Stop } from '../scripts/lib/run.mjs';
import { videoSize } from '../scripts/lib/video-file.mjs';

const USAGE = 'node examples/capture.mjs --url URL --video FILE';
/** Loading, both stages with their time limits, upload and judgement. */
const PATIENCE_MS = 120_000;
const LONG_SIDE = 800;

function readArguments() {
  const { values } = parseArgs({ options: { url: { type: 'string' }, video: { type: 'string' } } });
  if (!values.url || !values.video) throw new Stop(`--url and --video are needed. Use: ${USAGE}`);
  return { url: new URL(values.url), video: values.video };
}

/** Goes through the page up to its result. */
async function visit(url, video) {
  const { width, height } = videoSize(video);
  const scale = LONG_SIDE / Math.max(width, height);
  const browser = await launchChromium({ video });
  try {
    const viewport = { width: Math.round(width * scale), height: Math.round(height * scale) };
    const page = await browser.newPage({ viewport });
    const address = new URL(url);
    // Chromium plays the whole of the video only if asked for its size.
    address.searchParams.set('constraints', JSON.stringify({ width: { ideal: width }, height: { ideal: height } }));
    await page.goto(address.href);
    await page.locator('[part~="start"]').click();
    const end = page.locator('[part~="result"], [part~="notice"]').first();
    await end.waitFor({ timeout: PATIENCE_MS });
    const [parts, text] = [await end.getAttribute('part'), await end.textContent()];
    if (parts.includes('notice')) throw new Stop(`the page says: ${text.replaceAll(/\s+/g, ' ')}`);
  } finally {
    await browser.close();
  }
}

await main(async () => {
  const { url, video } = readArguments();
  await browsers(['chromium']);
  await visit(url, video);
  const headers = { Authorization: `Bearer ${url.searchParams.get('token')}` };
  const { code, message, data } = await (await fetch(new URL('/h5/api/v1/status', url), { headers })).json();
  if (code !== 'SUCCESS') throw new Stop(`${code}: ${message}`);
  console.log(JSON.stringify(data, null, 2));
});
