// node examples/capture.mjs --url URL --video FILE: what a person and the page do in a session, with a video (.y4m,
// .mjpeg) in place of the camera.
//
// URL is what Get Token has answered. Captures in headless Chromium, uploads by the page's own API, waits for the
// judgement and prints it as JSON. Ends with status 0 once the attempt was judged, however that ended.

import { createHash, randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { browsers } from '../scripts/lib/browsers.mjs';
import { launchChromium } from '../scripts/lib/chromium.mjs';
import { followPage } from '../scripts/lib/follow.mjs';
import { main, Stop } from '../scripts/lib/run.mjs';
import { videoSize } from '../scripts/lib/video-file.mjs';

const USAGE = 'node examples/capture.mjs --url URL --video FILE';
/** Codes that mean: the same again, after `Retry-After`. */
const AGAIN = ['SERVICE_BUSY', 'RETRY_LATER', 'ATTEMPT_PENDING'];
const WAIT_SECONDS = 20;

function readArguments() {
  const { values } = parseArgs({ options: { url: { type: 'string' }, video: { type: 'string' } } });
  if (!values.url || !values.video) throw new Stop(`--url and --video are needed. Use: ${USAGE}`);
  return { url: new URL(values.url), video: values.video };
}

/** The page's own API, with the token of the session's URL. */
function pageApi(url) {
  const headers = { Authorization: `Bearer ${url.searchParams.get('token')}` };
  return async function call(method, path, body) {
    const json = body !== undefined && !(body instanceof FormData);
    for (;;) {
      const response = await fetch(new URL(`/h5/api/v1${path}`, url), {
        method,
        headers: json ? { ...headers, 'Content-Type': 'application/json' } : headers,
        body: json ? JSON.stringify(body) : body,
      });
      const { code, message, data, extra } = await response.json();
      if (code === 'SUCCESS') return data;
      if (!AGAIN.includes(code)) throw new Stop(`${method} ${path}: ${code}: ${message} ${extra ?? ''}`);
      await new Promise((done) => setTimeout(done, 1000 * Number(response.headers.get('retry-after') ?? 1)));
    }
  };
}

/** Lets the page capture, and returns what it told: the pictures, the ovals, the device. */
async function capture(url, video) {
  const { width, height } = videoSize(video);
  const scale = 800 / Math.max(width, height);
  const browser = await launchChromium({ video });
  try {
    const viewport = { width: Math.round(width * scale), height: Math.round(height * scale) };
    const page = await browser.newPage({ viewport });
    const log = await followPage(page);
    const options = new URL(url);
    options.searchParams.set('autostart', '1');
    // Chromium plays the whole of the video only if asked for its size.
    options.searchParams.set('constraints', JSON.stringify({ width: { ideal: width }, height: { ideal: height } }));
    await page.goto(options.href);
    // While the camera is shown; an error ends the waiting.
    await Promise.race([log.until('oval'), log.finished()]);
    const shown = await page.evaluate(() => {
      const { clientWidth, clientHeight, videoWidth, videoHeight } = document.getElementById('video');
      const { userAgent, platform, languages } = navigator;
      const device = { userAgent, platform, languages, frameWidth: videoWidth, frameHeight: videoHeight };
      return { viewport: { width: clientWidth, height: clientHeight }, device };
    });
    const result = await log.finished();
    if (result.outcome !== 'captured') throw new Stop(`the capture ended as ${result.outcome}`);
    const oval = (stage) => log.all('oval').findLast((told) => told.stage === stage).oval;
    shown.device.frameSource = log.all('source').at(-1).name;
    return { ...shown, result, ovals: { far: oval('far'), near: oval('near') } };
  } finally {
    await browser.close();
  }
}

/** The upload: the manifest first, then each file under the name that the manifest gives it. */
function upload({ result, viewport, ovals, device }, nonce) {
  const { far, near, audit, instructions } = result;
  const pictures = { far: far.jpeg, near: near.jpeg };
  for (const [i, { jpeg }] of audit.entries()) pictures[`audit-${i}`] = jpeg;
  const manifest = {
    nonce,
    files: Object.entries(pictures).map(([name, jpeg]) => ({
      name,
      sha256: createHash('sha256').update(jpeg).digest('hex'),
      bytes: jpeg.length,
    })),
    farImageTime: far.time,
    nearImageTime: near.time,
    cameraType: 'WEB_CAMERA',
    ovals,
    viewport,
    instructions,
    audit: audit.map(({ time, phase, code }, i) => ({ name: `audit-${i}`, time, phase, code: code ?? '' })),
    device,
  };
  const form = new FormData();
  form.append('manifest', JSON.stringify(manifest));
  for (const [name, jpeg] of Object.entries(pictures)) form.append(name, new Blob([jpeg], { type: 'image/jpeg' }));
  return form;
}

await main(async () => {
  const { url, video } = readArguments();
  await browsers(['chromium']);
  const call = pageApi(url);
  await call('GET', '/session?language=en');
  // The id is ours, so that the request can be repeated. The nonce binds the upload to this attempt.
  const { attemptId, nonce } = await call('POST', '/attempts', { attemptId: randomUUID() });
  const captured = await capture(url, video);
  let status = await call('PUT', `/attempts/${attemptId}`, upload(captured, nonce));
  while (status.state === 'judging') {
    status = await call('GET', `/status?version=${status.version}&wait=${WAIT_SECONDS}`);
  }
  console.log(JSON.stringify(status, null, 2));
});
