// Times face detectors on the same pictures, all on this page's thread.

import { bytes } from './files.js';
import { human } from './peers/human.js';
import { nearfar } from './peers/nearfar.js';
import { onnxRuntime } from './peers/onnx.js';
import { tasksVision } from './peers/tasks-vision.js';
import { tfjsBlazeFace } from './peers/tfjs.js';
import { pictures } from './pictures.js';
import { interleaved, ratiosTo, summary } from './statistics.js';

/** Rounds of the loops in simd-loops.wasm, each of twelve multiplications and additions. */
const LOOPS = 1_000_000;

const OURS = {
  relaxed: () => nearfar('relaxed'),
  simd: () => nearfar('simd'),
  scalar: () => nearfar('scalar'),
};
const PEERS = { tasks_vision: tasksVision, tfjs_blazeface: tfjsBlazeFace, human, onnxruntime: onnxRuntime };

/** Finds the one face in each picture; throws if a detector finds none, or more. */
async function findFaces(detect, images) {
  const boxes = [];
  for (const [index, image] of images.entries()) {
    const faces = await detect(image);
    if (faces.length !== 1) throw new Error(`finds ${faces.length} faces in picture ${index}, not 1`);
    boxes.push(faces[0]);
  }
  return boxes;
}

const rounded = (box) => box.map(Math.round).join(', ');

/**
 * Asserts that a detector does the same work: its boxes must have their centres where the expected ones have them. The
 * boxes may differ: tfjs and Human squeeze a wide picture into a square, the others keep its aspect ratio.
 */
function assertAgreement(boxes, expected) {
  for (const [index, [left, top, width, height]] of boxes.entries()) {
    const [x, y, w, h] = expected[index];
    const [dx, dy] = [left + width / 2 - x - w / 2, top + height / 2 - y - h / 2];
    if (Math.hypot(dx, dy) > w / 4)
      throw new Error(
        `finds a face at ${rounded(boxes[index])} in picture ${index}, not at ${rounded(expected[index])}`,
      );
  }
}

/** Starts the detectors. Those that do not start throw when they are called. */
async function startDetectors() {
  const detectors = {};
  for (const [name, start] of Object.entries({ ...OURS, ...PEERS })) {
    try {
      detectors[name] = await start();
    } catch (error) {
      detectors[name] = () => {
        throw new Error(`does not start: ${error.message ?? error}`);
      };
    }
  }
  return detectors;
}

/**
 * Checks the detectors with all pictures of a series. A peer that fails is left out.
 * @returns {Promise<{contenders: Record<string, Function>, failed: Record<string, string>}>} `failed`: the reasons
 */
async function checkDetectors(detectors, images) {
  const contenders = {};
  const failed = {};
  let expected;
  for (const [name, detect] of Object.entries(detectors)) {
    try {
      const boxes = await findFaces(detect, images);
      expected ??= boxes;
      assertAgreement(boxes, expected);
      contenders[name] = detect;
    } catch (error) {
      if (name in OURS) throw new Error(`${name} ${error.message}`);
      failed[name] = error.message;
    }
  }
  return { contenders, failed };
}

/** Times a multiplication and addition of four lanes, fused (relaxed SIMD) and as two instructions. */
async function simdLoops() {
  const { instance } = await WebAssembly.instantiate(await bytes('simd-loops.wasm'));
  const { madd, mul_add } = instance.exports;
  const loops = { madd: () => madd(LOOPS, 1e-9), mul_add: () => mul_add(LOOPS, 1e-9) };
  const times = await interleaved(loops, [null], { rounds: 50, warmup: 5 });
  return summaries(times);
}

const summaries = (times) => Object.fromEntries(Object.entries(times).map(([name, list]) => [name, summary(list)]));

globalThis.benchDetection = async ({ urls, rounds, fullRounds, warmup }) => {
  const { small, full } = await pictures(urls);
  const detectors = await startDetectors();
  const sizes = { small: [small, rounds], full: [full, fullRounds] };
  const result = { failed: {}, ratios: {} };
  for (const [size, [images, count]] of Object.entries(sizes)) {
    const { contenders, failed } = await checkDetectors(detectors, images);
    const log = (text) => console.log(`detection, ${images[0].width}x${images[0].height}: ${text}`);
    const times = await interleaved(contenders, images, { rounds: count, warmup, log });
    result[size] = summaries(times);
    result.failed[size] = failed;
    result.ratios[size] = ratiosTo('relaxed', times, Object.keys(PEERS));
  }
  return { ...result, simd: await simdLoops() };
};
