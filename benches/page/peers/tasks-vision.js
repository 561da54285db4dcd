// @mediapipe/tasks-vision: its own FaceDetector, on the CPU.

import { address, bytes, load } from '../files.js';

/** Returns a function that finds the faces in an ImageData, each as [left, top, width, height]. */
export async function tasksVision() {
  const { FaceDetector } = await load('vision/vision_bundle.mjs');
  const files = {
    wasmLoaderPath: address('vision/wasm/vision_wasm_internal.js'),
    wasmBinaryPath: address('vision/wasm/vision_wasm_internal.wasm'),
  };
  const baseOptions = { modelAssetBuffer: await bytes('model-with-metadata.tflite'), delegate: 'CPU' };
  const detector = await FaceDetector.createFromOptions(files, { baseOptions, runningMode: 'IMAGE' });
  return (image) =>
    detector.detect(image).detections.map(({ boundingBox: box }) => [box.originX, box.originY, box.width, box.height]);
}
