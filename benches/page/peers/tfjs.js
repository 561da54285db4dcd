// TensorFlow.js: @tensorflow-models/blazeface on the wasm backend, with one thread.

import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { BlazeFaceModel } from '@tensorflow-models/blazeface';
import { address } from '../files.js';
import { SIDE } from '../pictures.js';

/**
 * The graph's class and box outputs by grid, the fine grid first, in the order of the one tensor that BlazeFaceModel
 * reads.
 */
const OUTPUTS = [
  ['Identity', 'Identity_2'],
  ['Identity_1', 'Identity_3'],
];

/** Returns a function that finds the faces in an ImageData, each as [left, top, width, height]. */
export async function tfjsBlazeFace() {
  setWasmPaths(address('tfjs/'));
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  await tf.setBackend('wasm');
  const graph = await loadGraphModel(address('blazeface/model.json'));
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
