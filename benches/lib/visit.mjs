// Measures visits of a session's page: requests, bytes and times until the start button shows, and from the camera's
// first picture to the first instruction.

/** The slow connection of Lighthouse's mobile profile. */
const LINK = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 };
/** A visit is over when nothing was requested for this long, ms. */
const QUIET_MS = 1500;

/**
 * Records the requests of a page by their URLs: start and end in ms, and bytes on the wire.
 * @returns {Promise<{cdp: object, now: () => number, requests: Map<string, object>}>}
 */
async function recordRequests(context, page) {
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  const began = performance.now();
  const now = () => performance.now() - began;
  const [requests, urls] = [new Map(), new Map()];
  const update = (requestId, change) => Object.assign(requests.get(urls.get(requestId)) ?? {}, change);
  cdp.on('Network.requestWillBeSent', ({ requestId, request: { url } }) => {
    if (!url.startsWith('http')) return;
    urls.set(requestId, url);
    requests.set(url, { start: now(), end: null, bytes: 0, isCached: false });
  });
  cdp.on('Network.requestServedFromCache', ({ requestId }) => update(requestId, { isCached: true }));
  cdp.on('Network.responseReceived', ({ requestId, response }) => {
    if (response.fromDiskCache) update(requestId, { isCached: true });
  });
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) =>
    update(requestId, { end: now(), bytes: encodedDataLength }),
  );
  return { cdp, now, requests };
}

/** Waits until no request was sent or answered for a while. */
async function untilQuiet(page, { now, requests }) {
  const last = () => Math.max(...[...requests.values()].flatMap(({ start, end }) => [start, end ?? 0]));
  while (now() - last() < QUIET_MS) await page.waitForTimeout(100);
}

/** Completes the requests of workers' scripts, whose ends the events of the page do not report. */
async function completeWorkers(page, requests, headerBytes) {
  const entries = await page.evaluate(() => performance.getEntriesByType('resource').map((entry) => entry.toJSON()));
  for (const { name, startTime, responseEnd, transferSize, encodedBodySize } of entries) {
    const request = requests.get(name);
    if (!request || request.end !== null) continue;
    const isCached = transferSize === 0;
    const bytes = isCached ? 0 : encodedBodySize + (await headerBytes.get(name));
    Object.assign(request, { end: request.start + responseEnd - startTime, bytes, isCached });
  }
}

const sum = (requests) => requests.reduce((total, { bytes }) => total + bytes, 0);

/**
 * Opens a session's page and waits for the button that starts the camera.
 * @param {{slow?: boolean}} options `slow`: over a slow mobile connection, which does not slow workers' scripts
 * @returns {Promise<{page: object, requests: object[], ms: number, count: number, bytes: number, laterCount: number,
 *   laterBytes: number}>} `page`: still open; `requests`: all of them; `ms`: until the button showed; `count`, `bytes`:
 *   what was fetched by then, `laterCount`, `laterBytes`: and afterwards, without what the cache had
 */
export async function visit(context, url, { slow = false } = {}) {
  const page = await context.newPage();
  const recorded = await recordRequests(context, page);
  const headerBytes = new Map();
  page.on('requestfinished', (request) => {
    const sizes = request.sizes().catch(() => ({ responseHeadersSize: 0 }));
    headerBytes.set(
      request.url(),
      sizes.then(({ responseHeadersSize }) => responseHeadersSize),
    );
  });
  if (slow) await recorded.cdp.send('Network.emulateNetworkConditions', LINK);
  const began = recorded.now();
  await page.goto(url, { waitUntil: 'commit' });
  await page.locator('button').first().waitFor();
  const shown = recorded.now();
  await untilQuiet(page, recorded);
  await completeWorkers(page, recorded.requests, headerBytes);
  const requests = [...recorded.requests].map(([url, request]) => ({ path: new URL(url).pathname, ...request }));
  const fetched = requests.filter(({ isCached }) => !isCached);
  // What arrives while the button is drawn counts as before it.
  const [early, later] = [fetched.filter(({ end }) => end <= shown), fetched.filter(({ end }) => end > shown)];
  const counts = { count: early.length, bytes: sum(early), laterCount: later.length, laterBytes: sum(later) };
  return { page, requests, ms: shown - began, ...counts };
}

/** Runs in the page: records when the camera was asked for and granted, and when its first picture and the first instruction showed. */
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
    const check = () => element.renderRoot.querySelector('.instruction')?.textContent && mark('instruction');
    new MutationObserver(check).observe(element.renderRoot, { subtree: true, childList: true, characterData: true });
  }, 5);
}

/** Taps the start button, and returns the times of the start in ms since the tap. */
export async function start(page) {
  const tapped = await page.evaluate(() => {
    const now = performance.now();
    document.querySelector('nearfar-journey').renderRoot.querySelector('button').click();
    return now;
  });
  await page.waitForFunction(() => globalThis.startTimes.instruction, null, { polling: 50 });
  const times = await page.evaluate(() => globalThis.startTimes);
  return Object.fromEntries(Object.entries(times).map(([name, time]) => [name, time - tapped]));
}
