// Opens the page at each of its screens, with a mocked service: for tests of all screens, and for the gallery.

import { address } from './capture.mjs';

const STATUS = { version: '1', triesLeft: 2, result: null, next: null, handoff: null, active: true };
const scored = (code, passed, score) => ({ attemptId: 'one', code, passed, score });
const next = (info) => ({ info, url: 'https://shop.example/' });

/**
 * The service's response when the page opens its session.
 * @param {Partial<import('../../../www/src/api/openapi.ts').StatusView>} status
 * @param {Partial<import('../../../www/src/api/openapi.ts').SessionView>} more
 */
function session(language, status, more = {}) {
  /** @type {import('../../../www/src/api/openapi.ts').SessionView} */
  const data = {
    signatureId: 'screen',
    device: 'first',
    locale: language,
    ui: { mobileResultPage: { closeCountdownLogic: true, showScore: true } },
    iframe: false,
    messageOrigins: [],
    crossDevice: 'off',
    accessibility: 'offer',
    video: false,
    productLevel: 'STANDARD',
    lightChallenge: false,
    motionChallenge: false,
    systemCamera: false,
    sandbox: false,
    consent: null,
    limits: { imageBytes: 2_000_000, videoBytes: 64_000_000, totalBytes: 96_000_000, auditImages: 32 },
    serverTime: Date.now(),
    expiresAt: Date.now() + 3_600_000,
    status: { ...STATUS, ...status },
    ...more,
  };
  return { code: 'SUCCESS', message: 'OK', data };
}

/** @returns {import('../../../www/src/api/openapi.ts').ConsentView} */
const consent = (state) => ({
  state,
  version: 'sample@0',
  text: 'This study measures how often a face check is wrong.\n\nWe keep two pictures of your face\nand a video.',
  person: 'P07',
});
/** @returns {import('../../../www/src/api/openapi.ts').HandoffView} */
const handoff = (state) => ({
  handoffId: 'link',
  state,
  expiresAt: Date.now() + 600_000,
  number: '42',
  claimId: 'claim',
});
const refusal = (code) => ({ code, message: code, data: null });
const getUserMedia = (body) => `MediaDevices.prototype.getUserMedia = async () => { ${body} };`;
/** A browser that asks for every camera. */
const ASKED = "Permissions.prototype.query = async () => ({ state: 'prompt' });";
const NO_CAMERA = getUserMedia("throw new DOMException('no', 'NotFoundError')");
/** Two cameras without names. */
const TWO_CAMERAS = `MediaDevices.prototype.enumerateDevices = async () =>
  ['one', 'two'].map((deviceId) => ({ kind: 'videoinput', deviceId, label: '' }));`;
const PHONE = `{
  const match = matchMedia.bind(window);
  window.matchMedia = (query) => match(query === '(pointer: coarse)' ? 'all' : query);
}`;
/** Starts, and takes the last option of the error page. */
const takeLastOption = async (page) => {
  await start(page);
  await shows('notice')(page);
  await page.locator('button').last().click();
};
/** Runs in the page: shows a colour of the light challenge. */
async function showColor() {
  const element = document.querySelector('nearfar-journey');
  element.page = { ...element.page, hint: '', skip: () => undefined };
  await element.updateComplete;
  element.renderRoot.querySelector('.camera').style.setProperty('--light', '#00ffff');
  // The next frame would bring another instruction: whatever the overlay writes, it measures this text.
  const line = element.renderRoot.querySelector('.instruction');
  const text = element.context.i18n.format('light_soon');
  const { get } = Object.getOwnPropertyDescriptor(Node.prototype, 'textContent');
  Object.defineProperty(line, 'textContent', { get, set: () => line.replaceChildren(text) });
  line.textContent = text;
  // The overlay chooses the font anew when the size of the page changes.
  const page = element.renderRoot.querySelector('.camera');
  const layOut = new Promise((done) =>
    new ResizeObserver((_, sizes) => page.offsetWidth < innerWidth && done(sizes.disconnect())).observe(page),
  );
  page.style.insetInlineEnd = '1px';
  await layOut;
}
const start = (page) => page.locator('button').first().click();
const shows = (name) => (page) =>
  page.waitForFunction((wanted) => document.querySelector('nearfar-journey')?.page?.name === wanted, name, {
    // Not by animation frames: a busy machine draws only one of several pages.
    polling: 50,
  });

/** The start page, on a computer with the code for the phone. */
const showsPhone = async (page) => {
  await shows('tips')(page);
  const isPhone = await page.evaluate(() => matchMedia('(pointer: coarse)').matches);
  if (!isPhone) await page.locator('svg.code').waitFor();
};

/**
 * The screens by name. `status`, `first`: the session's status, now and when it is opened; `refused`: the code of a
 * refusal instead; `session`: more fields of the session; `init`: a script that runs before the page; `stall`: requests
 * that get no response; `act`: the steps to the screen; `shows`: waits for it.
 */
export const SCREENS = {
  loading: { status: { state: 'open' }, stall: '**/*.wasm', shows: shows('loading') },
  waiting: { network: true, shows: shows('progress') },
  consent: { status: { state: 'open' }, session: { consent: consent('asked') }, shows: shows('consent') },
  consent_declined: { status: { state: 'failed' }, session: { consent: consent('declined') }, shows: shows('notice') },
  tips: { status: { state: 'open' }, session: { video: true, lightChallenge: true }, shows: shows('tips') },
  sandbox: { status: { state: 'open' }, session: { sandbox: true, motionChallenge: true }, shows: shows('tips') },
  tips_phone: { status: { state: 'open' }, session: { crossDevice: 'offer' }, shows: showsPhone },
  phone_first: { status: { state: 'open' }, session: { crossDevice: 'first' }, shows: showsPhone },
  camera_ask: {
    status: { state: 'open' },
    init: ASKED + getUserMedia('await new Promise(() => {})'),
    act: start,
    shows: (page) => page.locator('.window').waitFor(),
  },
  camera: {
    status: { state: 'open' },
    act: start,
    // Wait until the camera runs, and the oval and an instruction show.
    shows: async (page) => {
      await page.locator('.oval[rx]').waitFor({ state: 'attached' });
      await page.locator('.instruction:not(:empty)').waitFor();
    },
  },
  colors: {
    status: { state: 'open' },
    session: { lightChallenge: true },
    act: start,
    shows: async (page) => {
      await page.locator('.oval[rx]').waitFor({ state: 'attached' });
      await page.evaluate(showColor);
    },
  },
  scoring: { status: { state: 'judging' }, shows: shows('progress') },
  success: {
    status: { state: 'succeeded', result: scored('SUCCESS', true, 93), next: next('successNext') },
    shows: shows('result'),
  },
  sandbox_result: {
    status: { state: 'succeeded', result: scored('SUCCESS', true, 93), next: next('successNext') },
    session: { sandbox: true },
    shows: shows('result'),
  },
  failed: {
    status: { state: 'failed', triesLeft: 0, result: scored('FACE_OCCLUDED', false, 0), next: next('failedNext') },
    shows: shows('result'),
  },
  retry: {
    status: {
      state: 'retry',
      triesLeft: 1,
      result: scored('FACE_QUALITY_TOO_POOR', false, null),
      next: next('failedNext'),
    },
    // A reopened page would start again, so the try is scored while the page waits.
    first: { state: 'judging' },
    shows: shows('result'),
  },
  service_error: { status: { state: 'open' }, attempt: 'ERROR', act: start, shows: shows('notice') },
  timeout: {
    status: { state: 'open' },
    session: { crossDevice: 'fallback' },
    query: { config: { session: { stageLimit: 3000 } } },
    act: start,
    shows: shows('timeout'),
  },
  captive_portal: { captivePortal: true, shows: (page) => page.locator('.buttons button').waitFor() },
  expired: { status: { state: 'expired' }, shows: shows('notice') },
  unknown: { refused: 'IAM_FAILED', shows: shows('notice') },
  denied: {
    status: { state: 'open' },
    init: getUserMedia("throw new DOMException('no', 'NotAllowedError')"),
    act: start,
    shows: shows('notice'),
  },
  no_camera: {
    status: { state: 'open' },
    session: { crossDevice: 'fallback' },
    init: NO_CAMERA,
    act: start,
    shows: shows('notice'),
  },
  busy: {
    status: { state: 'open' },
    session: { crossDevice: 'fallback' },
    init: getUserMedia("throw new DOMException('no', 'NotReadableError')") + TWO_CAMERAS,
    act: start,
    shows: shows('notice'),
  },
  no_frames: {
    status: { state: 'open' },
    session: { crossDevice: 'fallback' },
    init: getUserMedia("return new MediaStream([new MediaStreamTrackGenerator({ kind: 'video' })])") + TWO_CAMERAS,
    act: start,
    shows: shows('notice'),
  },
  dismissed: {
    status: { state: 'open' },
    init: getUserMedia("throw new DOMException('Permission dismissed', 'NotAllowedError')"),
    act: start,
    shows: shows('notice'),
  },
  denied_by_system: {
    status: { state: 'open' },
    init: getUserMedia("throw new DOMException('Permission denied by system', 'NotAllowedError')"),
    act: start,
    shows: shows('notice'),
  },
  tap: {
    status: { state: 'open' },
    init: `HTMLMediaElement.prototype.play = function () {
      this.autoplay = false;
      return Promise.reject(new DOMException('no', 'NotAllowedError'));
    };`,
    act: start,
    shows: (page) => page.locator('[part~="tap"]').waitFor(),
  },
  link: {
    status: { state: 'open' },
    session: { crossDevice: 'fallback' },
    init: NO_CAMERA,
    act: takeLastOption,
    shows: (page) => page.locator('svg.code').waitFor(),
  },
  link_denied: {
    status: { state: 'open' },
    session: { crossDevice: 'fallback' },
    init: getUserMedia("throw new DOMException('no', 'NotAllowedError')"),
    act: takeLastOption,
    shows: (page) => page.locator('svg.code').waitFor(),
  },
  compare: { status: { state: 'open', handoff: handoff('claimed') }, shows: shows('handoff') },
  voided: { status: { state: 'open', handoff: handoff('voided') }, shows: shows('handoff') },
  no_more_links: {
    status: { state: 'open', handoff: handoff('ended') },
    session: { crossDevice: 'fallback' },
    init: NO_CAMERA,
    links: 'HANDOFF_LIMIT',
    act: takeLastOption,
    shows: shows('handoff'),
  },
  elsewhere: { status: { state: 'open', handoff: handoff('confirmed') }, shows: shows('handoff') },
  number: {
    status: { state: 'open', active: false, handoff: handoff('claimed') },
    session: { device: 'second' },
    shows: shows('number'),
  },
  voided_second: {
    status: { state: 'open', active: false, handoff: handoff('voided') },
    session: { device: 'second' },
    shows: shows('notice'),
  },
  verified: { status: { state: 'succeeded' }, session: { device: 'second' }, shows: shows('notice') },
  photo: {
    status: { state: 'open' },
    session: { systemCamera: true },
    init: NO_CAMERA + PHONE,
    act: takeLastOption,
    shows: shows('photo'),
  },
};

/**
 * Brings a new page to a screen.
 * @param page Playwright's
 * @param {string} url where dist/ is served
 * @param {string} name one of SCREENS
 * @param {string} language one of the page's locales
 * @param {object} ui a UI configuration instead of the screen's
 * @param {object} options more URL options of the page; objects become JSON
 */
export async function openScreen(page, url, name, language, ui, options = {}) {
  const screen = SCREENS[name];
  if (screen.init) await page.addInitScript(screen.init);
  if (screen.stall) await page.route(screen.stall, () => undefined);
  await page.route('**/api/v1/**', (route) => {
    const operation = new URL(route.request().url()).pathname.split('/api/v1/')[1];
    if (screen.network) return route.abort('connectionreset');
    // The response of a network that requires a sign-in.
    if (screen.captivePortal) return route.fulfill({ contentType: 'text/html', body: '<form>' });
    if (screen.refused) return route.fulfill({ json: refusal(screen.refused) });
    if (operation === 'session')
      return route.fulfill({
        json: session(language, screen.first ?? screen.status, { ...screen.session, ...(ui && { ui }) }),
      });
    if (operation === 'attempts' && screen.attempt) return route.fulfill({ json: refusal(screen.attempt) });
    if (operation === 'attempts') return route.fulfill({ json: { code: 'SUCCESS', data: { nonce: 'n' } } });
    const succeed = (data) => route.fulfill({ json: { code: 'SUCCESS', data } });
    if (operation === 'handoff' && screen.links) return route.fulfill({ json: refusal(screen.links) });
    if (operation === 'handoff')
      return succeed({ url: `${url}#handoff=link.${'0'.repeat(32)}`, handoff: handoff('waiting') });
    // A problem report, the status, or a long poll for a change of it.
    if (operation !== 'status') return succeed(null);
    const isLongPoll = route.request().url().includes('version=') && !screen.first;
    return isLongPoll ? undefined : succeed({ ...STATUS, ...screen.status });
  });
  await page.goto(address(url, { token: 'screen', language, ...screen.query, ...options }));
  if (screen.act) {
    await shows('tips')(page);
    await screen.act(page);
  }
  await screen.shows(page);
}
