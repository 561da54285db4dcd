// Times face detectors on the same pictures, all on this page's thread.

import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { BlazeFaceModel } from '@tensorflow-models/blazeface';
import { interleaved, summary } from './statistics.js';

const SIDE = 128;

/** Rounds of the loops in simd-loops.wasm, each of twelve multiplications and additions. */
const LOOPS = 1_000_000;

/** Size of the full frame and of the square photograph in it: a face takes about a third of its height. */
const FULL = { width: 1280, height: 720, photo: 560 };

// Not for the bundler: these are files next to the page.
const load = (url) => import(new URL(url, location.href).href);

async function bytes(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Our own builds. Boxes are [left, top, width, height]. */
async function nearfar(build) {
  const glue = await load(`engine/${build}/nearfar.js`);
  await glue.default({ module_or_path: await WebAssembly.compile(await bytes(`engine/${build}/nearfar_bg.wasm`)) });
  const detector = new glue.FaceDetector(await bytes('model.bin'));
  return ({ data, width, height }) => {
    const found = detector.detect(new Uint8Array(data.buffer), width, height);
    return Array.from({ length: found.length / 17 }, (_, i) => [...found.subarray(17 * i, 17 * i + 4)]);
  };
}

/** MediaPipe's own FaceDetector on the CPU. */
async function tasksVision() {
  const { FaceDetector } = await load('vision/vision_bundle.mjs');
  const files = {
    wasmLoaderPath: new URL('vision/wasm/vision_wasm_internal.js', location.href).href,
    wasmBinaryPath: new URL('vision/wasm/vision_wasm_internal.wasm', location.href).href,
  };
  const baseOptions = { modelAssetBuffer: await bytes('model-with-metadata.tflite'), delegate: 'CPU' };
  const detector = await FaceDetector.createFromOptions(files, { baseOptions, runningMode: 'IMAGE' });
  return (image) =>
    detector.detect(image).detections.map(({ boundingBox: box }) => [box.originX, box.originY, box.width, box.height]);
}

/**
 * The graph's class and box outputs by grid, the fine grid first, in the order of the one tensor that BlazeFaceModel
 * reads.
 */
const OUTPUTS = [
  ['Identity', 'Identity_2'],
  ['Identity_1', 'Identity_3'],
];

/** TensorFlow.js: @tensorflow-models/blazeface on the wasm backend. */
async function tfjsBlazeFace() {
  setWasmPaths(new URL('tfjs/', location.href).href);
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  await tf.setBackend('wasm');
  const graph = await loadGraphModel(new URL('blazeface/model.json', location.href).href);
  const model = {
    predict: (input) => {
      const grids = OUTPUTS.map((names) => tf.concat(graph.execute(input, names), 2));
      return tf.concat(grids, 1);
    },
  };
  const detector = new BlazeFaceModel(model, SIDE, SIDE, 10, 0.3, 0.5);
  return async (image) => {
    const faces = await detector.estimateFaces(image, false, false, true);
    return faces.map(({ topLeft: [left, top], bottomRight: [right, bottom] }) => [
      left,
      top,
      right - left,
      bottom - top,
    ]);
  };
}

async function pictures(urls) {
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

/**
 * Asserts that all contenders do the same work: each must find the one face, with its centre where the first contender
 * has it. The boxes may differ: tfjs squeezes a wide picture into a square, the others keep its aspect ratio.
 */
async function assertAgreement(contenders, images) {
  for (const [index, image] of images.entries()) {
    let first = null;
    for (const [name, detect] of Object.entries(contenders)) {
      const faces = await detect(image);
      if (faces.length !== 1) throw new Error(`${name} finds ${faces.length} faces in picture ${index}, not 1`);
      const [left, top, width, height] = faces[0];
      first ??= faces[0];
      const [dx, dy] = [left + width / 2 - first[0] - first[2] / 2, top + height / 2 - first[1] - first[3] / 2];
      if (Math.hypot(dx, dy) > first[2] / 4)
        throw new Error(`${name} finds ${faces[0]} in picture ${index}, not ${first}`);
    }
  }
}

/** Times a multiplication and addition of four lanes, fused (relaxed SIMD) and as two instructions. */
async function simdLoops() {
  const { instance } = await WebAssembly.instantiate(await bytes('simd-loops.wasm'));
  const { madd, mul_add } = instance.exports;
  const loops = { madd: () => madd(LOOPS, 1e-9), mul_add: () => mul_add(LOOPS, 1e-9) };
  const times = await interleaved(loops, [null], { rounds: 50, warmup: 5 });
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, summary(list)]));
}

globalThis.benchDetection = async ({ urls, rounds, fullRounds, warmup }) => {
  const contenders = {
    relaxed: await nearfar('relaxed'),
    simd: await nearfar('simd'),
    scalar: await nearfar('scalar'),
    tasks_vision: await tasksVision(),
    tfjs_blazeface: await tfjsBlazeFace(),
  };
  const { small, full } = await pictures(urls);
  const sizes = { small: [small, rounds], full: [full, fullRounds] };
  const result = {};
  for (const [size, [images, count]] of Object.entries(sizes)) {
    await assertAgreement(contenders, images);
    const log = (text) => console.log(`detection, ${images[0].width}x${images[0].height}: ${text}`);
    const times = await interleaved(contenders, images, { rounds: count, warmup, log });
    result[size] = Object.fromEntries(Object.entries(times).map(([name, list]) => [name, summary(list)]));
  }
  return { ...result, simd: await simdLoops(), tfjs: tf.version_core };
};
