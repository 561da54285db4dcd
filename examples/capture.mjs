// Plays the person of a session with a video as the camera: node examples/capture.mjs --help

import { readArguments } from '../scripts/cli/command.mjs';
import { main, UserError } from '../scripts/cli/run.mjs';
import { ensureBrowsers } from '../scripts/setup/browsers.mjs';
import { launchChromium } from '../tests/testkit/browser/chromium.mjs';
import { videoSize } from '../tests/testkit/browser/video-file.mjs';

const COMMAND = {
  name: 'node examples/capture.mjs',
  summary:
    "Opens a session's page in headless Chromium with a video as the camera, taps the start button, waits for a\n" +
    'result, and prints the status of the session as JSON. Exits with status 0 once an attempt is scored, whatever the\n' +
    'result.',
  options: {
    url: { value: 'URL', help: 'The url in the response of Get Token', required: true },
    video: { value: 'FILE', help: 'The video: .y4m or .mjpeg', required: true },
  },
};
/** For loading, both stages with their time limits, upload and scoring. */
const TIMEOUT_MS = 120_000;
const LONG_SIDE = 800;

function readOptions() {
  const { url, video } = readArguments(COMMAND).values;
  if (!URL.canParse(url)) throw new UserError(`--url must be a URL, not "${url}"`);
  return { url: new URL(url), video };
}

/** Opens the page and waits for its result. */
async function visit(url, video) {
  const { width, height } = videoSize(video);
  const scale = LONG_SIDE / Math.max(width, height);
  const browser = await launchChromium({ video });
  try {
    const viewport = { width: Math.round(width * scale), height: Math.round(height * scale) };
    const page = await browser.newPage({ viewport });
    const address = new URL(url);
    // Chromium plays the video uncropped only if its size is requested.
    address.searchParams.set('constraints', JSON.stringify({ width: { ideal: width }, height: { ideal: height } }));
    await page.goto(address.href);
    await page.locator('[part~="start"]').click();
    const end = page.locator('[part~="result"], [part~="notice"]').first();
    await end.waitFor({ timeout: TIMEOUT_MS });
    const [parts, text] = [await end.getAttribute('part'), await end.textContent()];
    if (parts.includes('notice')) throw new UserError(`the page says: ${text.replaceAll(/\s+/g, ' ')}`);
  } finally {
    await browser.close();
  }
}

await main(async () => {
  const { url, video } = readOptions();
  await ensureBrowsers(['chromium']);
  await visit(url, video);
  const headers = { Authorization: `Bearer ${url.searchParams.get('token')}` };
  /** @type {import('../www/src/api/openapi.ts').EnvelopeStatusView} */
  const { code, message, data } = await (await fetch(new URL('/h5/api/v1/status', url), { headers })).json();
  if (code !== 'SUCCESS') throw new UserError(`${code}: ${message}`);
  console.log(JSON.stringify(data, null, 2));
});
