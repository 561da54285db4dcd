// Reads the QR code that a page shows.

import { createCanvas, loadImage } from '@napi-rs/canvas';
import decode from 'qr/decode.js';

/** Decodes the QR code on the page. */
export async function scanCode(page) {
  const image = await loadImage(await page.locator('svg.code').screenshot());
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  return decode(context.getImageData(0, 0, image.width, image.height));
}
