// Every page of the journey on its own, with a played service: for looking at them, and for what must hold for all.

import { address } from './capture.mjs';

const STATUS = { version: '1', triesLeft: 2, result: null, next: null, handoff: null, active: true };
const judged = (code, passed, score) => ({ attemptId: 'one', code, passed, score });
const next = (info) => ({ info, url: 'https://shop.example/' });

/**
 * What the service answers when the page opens its session.
 * @param {Partial<import('../../../www/src/api/openapi.ts').StatusView>} status
 * @param {Partial<import('../../../www/src/api/openapi.ts').SessionView>} more
 */
function session(language, status, more = {}) {
  /** @type {import('../../../www/src/api/openapi.ts').SessionView} */
  const data = {
    signatureId: 'scene',
    device: 'first',
    locale: language,
    ui: { mobileResultPage: { closeCountdownLogic: true, showScore: true } },
    iframe: false,
    messageOrigins: [],
    crossDevice: false,
    video: false,
    productLevel: 'STANDARD',
    lightChallenge: false,
    motionChallenge: false,
    systemCamera: false,
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
const refused = (code) => ({ code, message: code, data: null });
const getUserMedia = (body) => `MediaDevices.prototype.getUserMedia = async () => { ${body} };`;
const NO_CAMERA = getUserMedia("throw new DOMException('no', 'NotFoundError')");
/** Two cameras that have no names. */
const TWO_CAMERAS = `MediaDevices.prototype.enumerateDevices = async () =>
  ['one', 'two'].map((deviceId) => ({ kind: 'videoinput', deviceId, label: '' }));`;
const PHONE = `{
  const match = matchMedia.bind(window);
  window.matchMedia = (query) => match(query === '(pointer: coarse)' ? 'all' : query);
}`;
/** Starts, and takes the last way on that the trouble's page offers. */
const lastWayOn = async (page) => {
  await start(page);
  await shows('notice')(page);
  await page.locator('button').last().click();
};
/** Runs in the page: the moment in which a colour is shown. */
async function light() {
  const element = document.querySelector('nearfar-journey');
  element.page = { ...element.page, hint: '', skip: () => undefined };
  await element.updateComplete;
  element.renderRoot.querySelector('.camera').style.setProperty('--light', '#00ffff');
  // Another instruction would come with the next frame.
  const line = element.renderRoot.querySelector('.instruction');
  const words = element.context.i18n.format('light_soon');
  const say = () => line.textContent !== words && line.replaceChildren(words);
  new MutationObserver(say).observe(line, { childList: true });
  say();
}
const start = (page) => page.locator('button').first().click();
const shows = (name) => (page) =>
  page.waitForFunction((wanted) => document.querySelector('nearfar-journey')?.page?.name === wanted, name, {
    // Not by frames: of several pages a busy machine draws one at a time.
    polling: 50,
  });

/** Name to: the session's status (and the `first` one) or a refusal, more of the session, what is done before the page opens and on it, and what it then shows. */
export const SCREENS = {
  loading: { status: { state: 'open' }, stall: '**/*.wasm', shows: shows('loading') },
  waiting: { network: true, shows: shows('progress') },
  consent: { status: { state: 'open' }, session: { consent: consent('asked') }, shows: shows('consent') },
  consent_declined: { status: { state: 'failed' }, session: { consent: consent('declined') }, shows: shows('notice') },
  tips: { status: { state: 'open' }, session: { video: true, lightChallenge: true }, shows: shows('tips') },
  camera_ask: {
    status: { state: 'open' },
    init: getUserMedia('await new Promise(() => {})'),
    act: start,
    shows: shows('camera'),
  },
  camera: {
    status: { state: 'open' },
    act: start,
    // Not before the camera is there and it is shown where the face should be.
    shows: (page) => page.locator('.oval[rx]').waitFor({ state: 'attached' }),
  },
  colors: {
    status: { state: 'open' },
    session: { lightChallenge: true },
    act: start,
    shows: async (page) => {
      await page.locator('.oval[rx]').waitFor({ state: 'attached' });
      await page.evaluate(light);
    },
  },
  judging: { status: { state: 'judging' }, shows: shows('progress') },
  success: {
    status: { state: 'succeeded', result: judged('SUCCESS', true, 93), next: next('successNext') },
    shows: shows('result'),
  },
  failed: {
    status: { state: 'failed', triesLeft: 0, result: judged('FACE_OCCLUDED', false, 0), next: next('failedNext') },
    shows: shows('result'),
  },
  retry: {
    status: {
      state: 'retry',
      triesLeft: 1,
      result: judged('FACE_QUALITY_TOO_POOR', false, null),
      next: next('failedNext'),
    },
    // Opened anew it would begin again: the try is judged while somebody waits.
    first: { state: 'judging' },
    shows: shows('result'),
  },
  fault: { status: { state: 'open' }, attempt: 'ERROR', act: start, shows: shows('notice') },
  timeout: {
    status: { state: 'open' },
    session: { crossDevice: true },
    query: { config: { session: { stageLimit: 3000 } } },
    act: start,
    shows: shows('timeout'),
  },
  foreign: { foreign: true, shows: (page) => page.locator('.buttons button').waitFor() },
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
    session: { crossDevice: true },
    init: NO_CAMERA,
    act: start,
    shows: shows('notice'),
  },
  busy: {
    status: { state: 'open' },
    session: { crossDevice: true },
    init: getUserMedia("throw new DOMException('no', 'NotReadableError')") + TWO_CAMERAS,
    act: start,
    shows: shows('notice'),
  },
  silent: {
    status: { state: 'open' },
    session: { crossDevice: true },
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
    session: { crossDevice: true },
    init: NO_CAMERA,
    act: lastWayOn,
    shows: (page) => page.locator('svg.code').waitFor(),
  },
  link_denied: {
    status: { state: 'open' },
    session: { crossDevice: true },
    init: getUserMedia("throw new DOMException('no', 'NotAllowedError')"),
    act: lastWayOn,
    shows: (page) => page.locator('svg.code').waitFor(),
  },
  compare: { status: { state: 'open', handoff: handoff('claimed') }, shows: shows('handoff') },
  voided: { status: { state: 'open', handoff: handoff('voided') }, shows: shows('handoff') },
  no_more_links: {
    status: { state: 'open', handoff: handoff('ended') },
    session: { crossDevice: true },
    init: NO_CAMERA,
    links: 'HANDOFF_LIMIT',
    act: lastWayOn,
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
    act: lastWayOn,
    shows: shows('photo'),
  },
};

/**
 * Brings a fresh page to a scene.
 * @param page Playwright's
 * @param {string} url where dist/ is served
 * @param {string} name one of SCREENS
 * @param {string} language one of the page's locales
 * @param {object} ui a configuration, in place of the scene's
 * @param {object} options more of the page's address options; objects become JSON
 */
export async function openScreen(page, url, name, language, ui, options = {}) {
  const scene = SCREENS[name];
  if (scene.init) await page.addInitScript(scene.init);
  if (scene.stall) await page.route(scene.stall, () => undefined);
  await page.route('**/api/v1/**', (route) => {
    const asked = new URL(route.request().url()).pathname.split('/api/v1/')[1];
    if (scene.network) return route.abort('connectionreset');
    // What a network says that wants people to sign in.
    if (scene.foreign) return route.fulfill({ contentType: 'text/html', body: '<form>' });
    if (scene.refused) return route.fulfill({ json: refused(scene.refused) });
    if (asked === 'session')
      return route.fulfill({
        json: session(language, scene.first ?? scene.status, { ...scene.session, ...(ui && { ui }) }),
      });
    if (asked === 'attempts' && scene.attempt) return route.fulfill({ json: refused(scene.attempt) });
    if (asked === 'attempts') return route.fulfill({ json: { code: 'SUCCESS', data: { nonce: 'n' } } });
    const succeed = (data) => route.fulfill({ json: { code: 'SUCCESS', data } });
    if (asked === 'handoff' && scene.links) return route.fulfill({ json: refused(scene.links) });
    if (asked === 'handoff')
      return succeed({ url: `${url}#handoff=link.${'0'.repeat(32)}`, handoff: handoff('waiting') });
    // A report of a problem, the status, a wait for one that does not change.
    if (asked !== 'status') return succeed(null);
    const waits = route.request().url().includes('version=') && !scene.first;
    return waits ? undefined : succeed({ ...STATUS, ...scene.status });
  });
  await page.goto(address(url, { token: 'scene', language, ...scene.query, ...options }));
  if (scene.act) {
    await shows('tips')(page);
    await scene.act(page);
  }
  await scene.shows(page);
}
