// The far and the near picture that are uploaded: a real face, and at least 300 kB each, as a phone's camera makes them.

const WIDTH = 1440;
const HEIGHT = 2560;
const BYTES = 300_000;

/** JPEG files by their names. */
export async function pictures() {
  const { createCanvas } = await import('@napi-rs/canvas');
  const { drawScene, loadPhotos } = await import('../stories/render.mjs');
  const { FAR_SIZE, NEAR_SIZE } = await import('../stories/stories.mjs');
  const photos = await loadPhotos(['man']);
  const canvas = createCanvas(WIDTH, HEIGHT);
  const files = {};
  for (const [name, size] of Object.entries({ far: FAR_SIZE, near: NEAR_SIZE })) {
    drawScene(canvas.getContext('2d'), photos, [{ photo: 'man', size }], WIDTH, HEIGHT);
    // The lowest quality that still takes as many bytes.
    for (let quality = 100; quality > 0; quality--) {
      const jpeg = await canvas.encode('jpeg', quality);
      if (jpeg.length < BYTES) break;
      files[name] = jpeg;
    }
  }
  return files;
}
