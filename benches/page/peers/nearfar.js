// Our own engine: the detector of one of its builds.

import { bytes, load } from '../files.js';

/** The numbers of a detection: a box, six points and a score. */
const VALUES = 17;

/** Returns a function that finds the faces in an ImageData, each as [left, top, width, height]. */
export async function nearfar(build) {
  const glue = await load(`engine/${build}/nearfar.js`);
  await glue.default({ module_or_path: await WebAssembly.compile(await bytes(`engine/${build}/nearfar_bg.wasm`)) });
  const detector = new glue.FaceDetector(await bytes('model.bin'));
  return ({ data, width, height }) => {
    const found = detector.detect(new Uint8Array(data.buffer), width, height);
    return Array.from({ length: found.length / VALUES }, (_, i) => [...found.subarray(VALUES * i, VALUES * i + 4)]);
  };
}
