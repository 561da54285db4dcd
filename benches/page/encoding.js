// Times JPEG encoders on one camera frame: ours and others in wasm, and the browser's.

import { interleaved, summary } from './statistics.js';

const WIDTH = 720;
const HEIGHT = 1280;
const NAMES = ['nearfar', 'rusty_jpeg', 'mozjpeg_rs', 'jpeg_encoder_rgb', 'image_rgb'];

async function startEncoders() {
  const module = await WebAssembly.compileStreaming(fetch('encoders.wasm'));
  // The engine's library brings its own exports, whose imports are never called.
  const imports = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    if (kind !== 'function') throw new Error(`unexpected import: ${from}.${name} is a ${kind}`);
    imports[from] ??= {};
    imports[from][name] = () => {
      throw new Error(`${name} was called`);
    };
  }
  return (await WebAssembly.instantiate(module, imports)).exports;
}

/** A frame like a camera's: its I420 planes, and the same as RGB. */
async function cameraFrame(url) {
  const bitmap = await createImageBitmap(await (await fetch(url)).blob());
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const scale = Math.max(WIDTH / bitmap.width, HEIGHT / bitmap.height);
  const [width, height] = [bitmap.width * scale, bitmap.height * scale];
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, (WIDTH - width) / 2, (HEIGHT - height) / 2, width, height);
  const { data } = context.getImageData(0, 0, WIDTH, HEIGHT);
  const rgb = data.filter((_, i) => i % 4 < 3);
  return { rgb, planes: toI420(data), canvas };
}

/** Converts to BT.601 with limited range, as from cameras of this size. */
function toI420(rgba) {
  const planes = new Uint8Array((WIDTH * HEIGHT * 3) / 2);
  const [cb, cr] = [WIDTH * HEIGHT, (WIDTH * HEIGHT * 5) / 4];
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const at = 4 * (y * WIDTH + x);
      const [r, g, b] = [rgba[at], rgba[at + 1], rgba[at + 2]];
      planes[y * WIDTH + x] = Math.round(16 + 0.256788 * r + 0.504129 * g + 0.097906 * b);
      if (x % 2 || y % 2) continue;
      const chroma = (y / 2) * (WIDTH / 2) + x / 2;
      planes[cb + chroma] = Math.round(128 - 0.148223 * r - 0.290993 * g + 0.439216 * b);
      planes[cr + chroma] = Math.round(128 + 0.439216 * r - 0.367788 * g - 0.071427 * b);
    }
  }
  return planes;
}

globalThis.benchEncoding = async ({ url, rounds, warmup, quality }) => {
  const wasm = await startEncoders();
  const { rgb, planes } = await cameraFrame(url);
  for (const [kind, pixels] of [planes, rgb].entries()) {
    const at = wasm.input(kind, pixels.length);
    new Uint8Array(wasm.memory.buffer).set(pixels, at);
  }
  const colorSpace = { matrix: 'smpte170m', primaries: 'smpte170m', transfer: 'smpte170m', fullRange: false };
  const frame = new VideoFrame(planes, {
    format: 'I420',
    codedWidth: WIDTH,
    codedHeight: HEIGHT,
    timestamp: 0,
    colorSpace,
  });
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const context = canvas.getContext('2d');
  context.drawImage(frame, 0, 0);
  const drawn = new OffscreenCanvas(WIDTH, HEIGHT);
  const drawing = drawn.getContext('2d');
  drawing.drawImage(frame, 0, 0);

  const type = 'image/jpeg';
  const toBlob = () => new Promise((resolve) => canvas.toBlob(resolve, type, quality / 100));
  const lengths = {};
  const contenders = Object.fromEntries(
    NAMES.map((name, number) => [
      name,
      () => {
        lengths[name] = wasm.encode(number, WIDTH, HEIGHT, quality);
        if (lengths[name] === 0) throw new Error(`${name} failed`);
      },
    ]),
  );
  contenders.to_blob = async () => {
    lengths.to_blob = (await toBlob()).size;
  };
  contenders.convert_to_blob = async () => {
    lengths.convert_to_blob = (await drawn.convertToBlob({ type, quality: quality / 100 })).size;
  };
  contenders.draw_and_convert_to_blob = async () => {
    drawing.drawImage(frame, 0, 0);
    lengths.draw_and_convert_to_blob = (await drawn.convertToBlob({ type, quality: quality / 100 })).size;
  };
  contenders.draw_and_to_blob = async () => {
    context.drawImage(frame, 0, 0);
    lengths.draw_and_to_blob = (await toBlob()).size;
  };
  const log = (text) => console.log(`JPEG, ${WIDTH}x${HEIGHT}: ${text}`);
  const times = await interleaved(contenders, [null], { rounds, warmup, log });
  frame.close();
  const difference = await compare(wasm, rgb, quality);
  return {
    psnr: difference,
    encoders: Object.fromEntries(
      Object.entries(times).map(([name, list]) => [name, { ...summary(list), bytes: lengths[name] }]),
    ),
  };
};

/** Peak signal-to-noise ratio in dB of our JPEG, decoded by the browser, against the original picture. */
async function compare(wasm, rgb, quality) {
  const length = wasm.encode(0, WIDTH, HEIGHT, quality);
  const jpeg = new Uint8Array(wasm.memory.buffer, wasm.output(), length).slice();
  const bitmap = await createImageBitmap(new Blob([jpeg], { type: 'image/jpeg' }));
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, WIDTH, HEIGHT);
  let sum = 0;
  for (let i = 0; i < rgb.length; i++) sum += (rgb[i] - data[i + Math.floor(i / 3)]) ** 2;
  return 10 * Math.log10((255 ** 2 * rgb.length) / sum);
}
