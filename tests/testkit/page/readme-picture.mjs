// The picture of the page in README.md: four screens of one journey, side by side.

import { createCanvas, loadImage } from '@napi-rs/canvas';
import { LONG_STAGES, wholeVideo } from './capture.mjs';
import { openScreen } from './screens.mjs';

const PHONE = { width: 360, height: 640 };
const GAP = 24;
const BORDER = '#999';

/**
 * Waits for a stage in which the person keeps still or comes closer, and blurs the face: it is a photograph of
 * somebody.
 */
const stage = (phase) => async (page) => {
  await page.waitForFunction(
    (wanted) => {
      const line = document.querySelector('nearfar-journey')?.renderRoot.querySelector('.instruction');
      return window.lastPhase === wanted && /^(Keep still|Move closer)$/.test(line?.textContent.trim() ?? '');
    },
    phase,
    { polling: 30 },
  );
  await page.evaluate(() => {
    document.querySelector('nearfar-journey').renderRoot.querySelector('video').style.filter = 'blur(9px)';
  });
};

const SHOTS = [
  { screen: 'tips' },
  { screen: 'camera', until: stage('far') },
  { screen: 'camera', until: stage('near') },
  { screen: 'success' },
];

/** Runs in the page: remembers the phase of the capture. */
function rememberPhase() {
  document.addEventListener('nearfar:phase', ({ detail }) => {
    window.lastPhase = detail.phase;
  });
}

/**
 * Takes the picture.
 * @param {import('playwright-core').Browser} browser its camera plays the scenario `far_to_near`
 * @param {string} url where dist/ is served
 * @returns {Promise<Buffer>} WebP
 */
export async function readmePicture(browser, url) {
  const options = { constraints: wholeVideo('portrait'), config: LONG_STAGES };
  const images = [];
  for (const { screen, until } of SHOTS) {
    const page = await browser.newPage({ viewport: PHONE, colorScheme: 'light', deviceScaleFactor: 2 });
    await page.addInitScript(rememberPhase);
    await openScreen(page, url, screen, 'en_US', undefined, options);
    await until?.(page);
    images.push(await loadImage(await page.screenshot()));
    await page.close();
  }
  const canvas = createCanvas(images.length * (PHONE.width + GAP) - GAP, PHONE.height);
  const context = canvas.getContext('2d');
  context.strokeStyle = BORDER;
  for (const [index, image] of images.entries()) {
    const left = index * (PHONE.width + GAP);
    context.drawImage(image, left, 0, PHONE.width, PHONE.height);
    context.strokeRect(left + 0.5, 0.5, PHONE.width - 1, PHONE.height - 1);
  }
  return canvas.encode('webp', 80);
}
