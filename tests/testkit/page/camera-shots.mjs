// The camera page during a capture, frozen at a moment that a screenshot can take its time for.

import { LONG_STAGES, wholeVideo } from './capture.mjs';
import { openScreen } from './screens.mjs';

/**
 * The moments by name: the instruction in a phase, how much of the ring is filled, and the blur relative to the
 * picture's width. The camera plays the scenario `far_to_near`.
 */
export const CAMERA_SHOTS = {
  camera_far: { phase: 'far', code: 'keep_still', progress: 0.4, blur: 0.03 },
  camera_closer: { phase: 'near', code: 'too_far', progress: 0, blur: 0.03 },
  camera_near: { phase: 'near', code: 'keep_still', progress: 0.5, blur: 0.06 },
};

/**
 * Runs in the page before its scripts: covers the page with a copy of itself at the moment. The face is blurred: it is
 * a photograph of somebody.
 */
function freezeAt({ phase, code, progress, blur }) {
  const now = { phase: '', code: '', progress: 0 };
  const freeze = () => {
    const { renderRoot } = document.querySelector('nearfar-journey');
    const camera = renderRoot.querySelector('.camera');
    const video = camera.querySelector('video');
    const picture = document.createElement('canvas');
    [picture.width, picture.height] = [video.videoWidth, video.videoHeight];
    const context = picture.getContext('2d');
    context.filter = `blur(${Math.round(video.videoWidth * blur)}px)`;
    context.drawImage(video, 0, 0);
    const { position, inset, width, height, objectFit, transform } = getComputedStyle(video);
    Object.assign(picture.style, { position, inset, width, height, objectFit, transform });
    const copy = camera.cloneNode(true);
    copy.querySelector('video').replaceWith(picture);
    // Closed, so that a locator finds the page's own elements only.
    const host = document.createElement('div');
    const shadow = host.attachShadow({ mode: 'closed' });
    shadow.adoptedStyleSheets = renderRoot.adoptedStyleSheets;
    shadow.append(copy);
    renderRoot.append(host);
    globalThis.isFrozen = true;
  };
  const check = (change) => {
    Object.assign(now, change);
    if (globalThis.isFrozen || now.phase !== phase || now.code !== code || now.progress < progress) return;
    // The page shows the event after this listener.
    requestAnimationFrame(() => globalThis.isFrozen || freeze());
  };
  document.addEventListener('nearfar:phase', ({ detail }) => check({ phase: detail.phase, progress: 0, code: '' }));
  document.addEventListener('nearfar:instruction', ({ detail }) => check({ code: detail.code }));
  document.addEventListener('nearfar:progress', ({ detail }) => check({ progress: detail.fraction }));
}

/** Brings a new page to one of `CAMERA_SHOTS`. */
export async function openCameraShot(page, url, name, language) {
  await page.addInitScript(freezeAt, CAMERA_SHOTS[name]);
  const options = { constraints: wholeVideo('portrait'), config: LONG_STAGES };
  await openScreen(page, url, 'camera', language, undefined, options);
  await page.waitForFunction(() => globalThis.isFrozen, undefined, { polling: 50, timeout: 120_000 });
}
