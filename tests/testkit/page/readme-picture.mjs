// The picture of the page in README.md: four screens of one journey, side by side.

import { createCanvas, loadImage } from '@napi-rs/canvas';
import { CAMERA_SHOTS, openCameraShot } from './camera-shots.mjs';
import { openScreen } from './screens.mjs';

const PHONE = { width: 360, height: 640 };
const GAP = 24;
const BORDER = '#999';
const SHOTS = ['tips', 'camera_far', 'camera_near', 'success'];

/**
 * Takes the picture.
 * @param {import('playwright-core').Browser} browser its camera plays the scenario `far_to_near`
 * @param {string} url where dist/ is served
 * @returns {Promise<Buffer>} WebP
 */
export async function readmePicture(browser, url) {
  const images = [];
  for (const name of SHOTS) {
    const page = await browser.newPage({
      viewport: PHONE,
      colorScheme: 'light',
      reducedMotion: 'reduce',
      deviceScaleFactor: 2,
    });
    await (name in CAMERA_SHOTS ? openCameraShot : openScreen)(page, url, name, 'en_US');
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
