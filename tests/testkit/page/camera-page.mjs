// Opens the camera page alone: the real element, page and overlay, driven by a test in place of the engine.

import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { root } from '../../../scripts/cli/run.mjs';

/** Runs in the page: the element with a picture of one colour, as `cameraPage`, and `showOval` in shares of the picture. */
const SETUP = `
import { CameraPage } from './capture/camera-page.ts';
import { loadI18n } from './i18n/i18n.ts';
import { JourneyElement } from './ui/element.ts';
import { UiConfig } from './ui/ui-config.ts';

customElements.define('nearfar-journey', class extends JourneyElement {});
globalThis.setUp = async (language, isMirrored) => {
  const element = document.createElement('nearfar-journey');
  element.context = { i18n: await loadI18n(language), ui: new UiConfig({}, true) };
  document.body.append(element);
  const none = { step: null, pause: null, cameras: [], chosen: '', skip: null, tap: null };
  const acts = { choose: () => undefined, cancel: () => undefined };
  await element.show({ name: 'camera', state: 'starting', hint: '', ...none, ...acts, isMirrored });
  const page = new CameraPage(element);
  page.begin();
  page.mirror(isMirrored);
  page.showPicture();
  await element.updateComplete;
  Object.assign(globalThis, { element, cameraPage: page });
  // As src/guidance/target.rs places it: \`size\` is the face's width, relative to the short side.
  globalThis.showOval = (size, x = 0, y = 0) => {
    const { clientWidth, clientHeight } = element.video;
    const face = Math.min(clientWidth, clientHeight) * size;
    const fit = Math.min(1, (0.96 * clientWidth) / (1.16 * face), (0.96 * clientHeight) / (1.45 * face));
    const [width, height] = [1.16 * face * fit, 1.45 * face * fit];
    const [left, top] = [(clientWidth - width) / 2, (clientHeight - height) / 2];
    page.showOval({ x: left * (1 + x), y: top * (1 + y), width, height });
  };
  // Resize observers run before the next frame.
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
};`;

let script;

/** The bundle, built once. */
function bundle() {
  const stdin = { contents: SETUP, resolveDir: join(root, 'www', 'src') };
  script ??= buildSync({ stdin, bundle: true, format: 'iife', write: false }).outputFiles[0].text;
  return script;
}

/**
 * Opens the page, which defines `element`, `cameraPage` and `showOval(size, x, y)`.
 * @param {{viewport: object, language?: string, isMirrored?: boolean, isLarge?: boolean, media?: object}} given
 *   `isLarge`: text of twice the size; `media`: options of `newPage`
 */
export async function openCameraPage(browser, { viewport, language = 'en_US', isMirrored = true, isLarge, media }) {
  const page = await browser.newPage({ viewport, ...media });
  await page.setContent('<!doctype html><style>body { margin: 0; font: 1rem/1.5 system-ui, sans-serif }</style>');
  if (isLarge) {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Page.setFontSizes', { fontSizes: { standard: 32, fixed: 32 } });
    await page.waitForFunction("getComputedStyle(document.documentElement).fontSize === '32px'");
  }
  await page.addScriptTag({ content: bundle() });
  await page.evaluate(([language, isMirrored]) => globalThis.setUp(language, isMirrored), [language, isMirrored]);
  return page;
}
