// ONNX Runtime Web on the wasm backend, with one thread, and the same network (benches/onnx). ONNX Runtime only runs
// the network, so this file scales the picture and decodes the boxes.

import { address, bytes, load } from '../files.js';
import { SIDE } from '../pictures.js';

/** The grids of the network's anchors: cells a side, and anchors in each cell. */
const GRIDS = [
  [16, 2],
  [8, 6],
];
const BOX_VALUES = 16;
const LEAST_SCORE = 0.5;
const MOST_OVERLAP = 0.3;

/** The middle of each anchor, in shares of the input. */
const ANCHORS = GRIDS.flatMap(([cells, each]) =>
  Array.from({ length: cells * cells * each }, (_, i) => {
    const cell = Math.floor(i / each);
    return [((cell % cells) + 0.5) / cells, (Math.floor(cell / cells) + 0.5) / cells];
  }),
);

/** Scales a picture into the square input, between bars if it is wide. Returns its pixels and its place. */
class Scaler {
  source = new OffscreenCanvas(1, 1);
  input = new OffscreenCanvas(SIDE, SIDE);
  from = this.source.getContext('2d', { willReadFrequently: true });
  to = this.input.getContext('2d', { willReadFrequently: true });

  scale(image) {
    const { width, height } = image;
    if (width === SIDE && height === SIDE) return { data: image.data, scale: 1, left: 0, top: 0 };
    if (this.source.width !== width || this.source.height !== height) Object.assign(this.source, { width, height });
    this.from.putImageData(image, 0, 0);
    const scale = SIDE / Math.max(width, height);
    const [left, top] = [(SIDE - width * scale) / 2, (SIDE - height * scale) / 2];
    this.to.drawImage(this.source, left, top, width * scale, height * scale);
    return { data: this.to.getImageData(0, 0, SIDE, SIDE).data, scale, left, top };
  }
}

/** Writes pixels as three planes with values from -1 to 1. */
function toPlanes(data, planes) {
  const size = SIDE * SIDE;
  for (let i = 0; i < size; i++)
    for (let channel = 0; channel < 3; channel++) planes[channel * size + i] = data[4 * i + channel] / 127.5 - 1;
}

function overlap([ax, ay, aw, ah], [bx, by, bw, bh]) {
  const width = Math.min(ax + aw, bx + bw) - Math.max(ax, bx);
  const height = Math.min(ay + ah, by + bh) - Math.max(ay, by);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / (aw * ah + bw * bh - width * height);
}

/** The boxes of faces in the input, the best of those that overlap. */
function decode(scores, boxes) {
  const least = Math.log(LEAST_SCORE / (1 - LEAST_SCORE));
  const found = [];
  for (let i = 0; i < scores.length; i++) if (scores[i] >= least) found.push(i);
  found.sort((a, b) => scores[b] - scores[a]);
  const kept = [];
  for (const i of found) {
    const [x, y, width, height] = boxes.subarray(BOX_VALUES * i, BOX_VALUES * i + 4);
    const [anchorX, anchorY] = ANCHORS[i];
    const box = [x + anchorX * SIDE - width / 2, y + anchorY * SIDE - height / 2, width, height];
    if (kept.every((other) => overlap(box, other) < MOST_OVERLAP)) kept.push(box);
  }
  return kept;
}

/** Returns a function that finds the faces in an ImageData, each as [left, top, width, height]. */
export async function onnxRuntime() {
  const ort = await load('onnx/ort.wasm.min.mjs');
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = {
    mjs: address('onnx/ort-wasm-simd-threaded.mjs'),
    wasm: address('onnx/ort-wasm-simd-threaded.wasm'),
  };
  const session = await ort.InferenceSession.create(await bytes('model.onnx'), { executionProviders: ['wasm'] });
  const scaler = new Scaler();
  const planes = new Float32Array(3 * SIDE * SIDE);
  const input = new ort.Tensor('float32', planes, [1, 3, SIDE, SIDE]);
  return async (image) => {
    const { data, scale, left, top } = scaler.scale(image);
    toPlanes(data, planes);
    const outputs = Object.values(await session.run({ [session.inputNames[0]]: input }));
    const [scores, boxes] = [1, BOX_VALUES].map((values) => outputs.find(({ dims }) => dims[2] === values).data);
    return decode(scores, boxes).map(([x, y, width, height]) => [
      (x - left) / scale,
      (y - top) / scale,
      width / scale,
      height / scale,
    ]);
  };
}
