// The pictures of the detection benchmark.

/** The side of the network's input. */
export const SIDE = 128;

/** Size of the full frame and of the square photograph in it: a face takes about a third of its height. */
const FULL = { width: 1280, height: 720, photo: 560 };

/** Each photograph as a picture of the network's size, and in the middle of a full frame; as ImageData. */
export async function pictures(urls) {
  const canvas = new OffscreenCanvas(1, 1);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const small = [];
  const full = [];
  for (const url of urls) {
    const bitmap = await createImageBitmap(await (await fetch(url)).blob());
    const side = Math.min(bitmap.width, bitmap.height);
    const [x, y] = [(bitmap.width - side) / 2, (bitmap.height - side) / 2];
    canvas.width = canvas.height = SIDE;
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, x, y, side, side, 0, 0, SIDE, SIDE);
    small.push(context.getImageData(0, 0, SIDE, SIDE));
    canvas.width = FULL.width;
    canvas.height = FULL.height;
    context.fillStyle = '#808080';
    context.fillRect(0, 0, FULL.width, FULL.height);
    const [left, top] = [(FULL.width - FULL.photo) / 2, (FULL.height - FULL.photo) / 2];
    context.drawImage(bitmap, x, y, side, side, left, top, FULL.photo, FULL.photo);
    full.push(context.getImageData(0, 0, FULL.width, FULL.height));
  }
  return { small, full };
}
