// Measures visits of a session's page: requests, bytes and times until the start button shows, and from the camera's
// first picture to the first instruction.

/** The slow connection of Lighthouse's mobile profile. */
const LINK = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 };
/** A visit is over when nothing was requested for this long, ms. */
const QUIET_MS = 1500;

/** Records the requests of a page: path, start and end in ms since `began`, bytes on the wire. */
async function recordRequests(context, page) {
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  const requests = new Map();
  const began = performance.now();
  const now = () => performance.now() - began;
  cdp.on('Network.requestWillBeSent', ({ requestId, request }) => {
    // Pictures in the page itself.
    if (request.url.startsWith('data:') || request.url.startsWith('blob:')) return;
    const path = new URL(request.url).pathname;
    requests.set(requestId, { path, start: now(), end: null, bytes: 0, isCached: false });
  });
  const update = (requestId, change) => Object.assign(requests.get(requestId) ?? {}, change);
  cdp.on('Network.requestServedFromCache', ({ requestId }) => update(requestId, { isCached: true }));
  cdp.on('Network.responseReceived', ({ requestId, response }) => {
    if (response.fromDiskCache || response.fromPrefetchCache) update(requestId, { isCached: true });
  });
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) =>
    update(requestId, { end: now(), bytes: encodedDataLength }),
  );
  return { cdp, now, list: () => [...requests.values()] };
}

/** Waits until no request was sent or answered for a while. */
async function untilQuiet(page, requests) {
  const last = () => Math.max(...requests.list().flatMap(({ start, end }) => [start, end ?? 0]));
  while (requests.now() - last() < QUIET_MS) await page.waitForTimeout(100);
}

const sum = (requests) => requests.reduce((total, { bytes }) => total + bytes, 0);

/**
 * Opens a session's page and waits for the button that starts the camera.
 * @param {{slow?: boolean}} options `slow`: over a slow mobile connection
 * @returns {Promise<{page: object, requests: object[], ms: number, count: number, bytes: number, laterCount: number,
 *   laterBytes: number}>} `page`: still open; `requests`: all of them; `count`, `bytes`: those that were answered by the
 *   network when the button showed; `laterCount`, `laterBytes`: those afterwards
 */
export async function visit(context, url, { slow = false } = {}) {
  const page = await context.newPage();
  const recorded = await recordRequests(context, page);
  if (slow) await recorded.cdp.send('Network.emulateNetworkConditions', LINK);
  const began = recorded.now();
  await page.goto(url, { waitUntil: 'commit' });
  await page.locator('button').first().waitFor();
  const shown = recorded.now();
  await untilQuiet(page, recorded);
  const sent = recorded.list().filter(({ isCached }) => !isCached);
  const [before, later] = [
    sent.filter(({ end }) => end !== null && end <= shown),
    sent.filter(({ end }) => end > shown),
  ];
  return {
    page,
    requests: recorded.list(),
    ms: shown - began,
    count: before.length,
    bytes: sum(before),
    laterCount: later.length,
    laterBytes: sum(later),
  };
}

/** Runs in the page: records when the camera was granted, and when its first picture and the first instruction showed. */
export function watchStart() {
  const times = {};
  globalThis.startTimes = times;
  const mark = (name) => {
    times[name] ??= performance.now();
  };
  const { getUserMedia } = MediaDevices.prototype;
  MediaDevices.prototype.getUserMedia = async function (...constraints) {
    mark('asked');
    const stream = await getUserMedia.apply(this, constraints);
    mark('granted');
    return stream;
  };
  const watch = setInterval(() => {
    const element = document.querySelector('nearfar-journey');
    if (!element?.renderRoot) return;
    clearInterval(watch);
    element.video.requestVideoFrameCallback(() => mark('frame'));
    const look = () => element.renderRoot.querySelector('.instruction')?.textContent && mark('instruction');
    new MutationObserver(look).observe(element.renderRoot, { subtree: true, childList: true, characterData: true });
  }, 5);
}

/** Taps the start button. Returns ms from the tap, and from the camera's first picture, to the first instruction. */
export async function start(page) {
  const tapped = await page.evaluate(() => {
    const now = performance.now();
    document.querySelector('nearfar-journey').renderRoot.querySelector('button').click();
    return now;
  });
  await page.waitForFunction(() => globalThis.startTimes.instruction, null, { polling: 50 });
  const { asked, granted, frame, instruction } = await page.evaluate(() => globalThis.startTimes);
  return { asked: asked - tapped, granted: granted - tapped, frame: frame - tapped, instruction: instruction - tapped };
}
