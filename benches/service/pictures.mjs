// The far and the near picture that are uploaded: a real face, and about 300 kB each, as a phone's camera makes them.

const WIDTH = 720;
const HEIGHT = 1280;
const BYTES = 300_000;

/** JPEG files by their names. */
export async function pictures() {
  const { createCanvas } = await import('@napi-rs/canvas');
  const { drawScene, loadPhotos } = await import('../../tests/e2e/stories/render.mjs');
  const { FAR_SIZE, NEAR_SIZE } = await import('../../tests/e2e/stories/stories.mjs');
  const photos = await loadPhotos(['man']);
  const canvas = createCanvas(WIDTH, HEIGHT);
  const files = {};
  for (const [name, size] of Object.entries({ far: FAR_SIZE, near: NEAR_SIZE })) {
    const share = WIDTH / HEIGHT;
    drawScene(canvas.getContext('2d'), photos, [{ photo: 'man', size: size * share }], WIDTH, HEIGHT);
    let quality = 100;
    do {
      files[name] = await canvas.encode('jpeg', quality);
      quality -= 1;
    } while (files[name].length > BYTES);
  }
  return files;
}
