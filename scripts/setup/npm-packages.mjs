// Installs the npm packages.

import { cached } from '../cli/cached.mjs';
import { run } from '../cli/run.mjs';

/** The face detection model in MediaPipe's npm package, and its SHA-256. */
export const MODEL = 'node_modules/@mediapipe/face_detection/face_detection_short_range.tflite';
export const MODEL_SHA256 = '3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633';

/** Installs the npm packages of the lock file if they are missing or out of date. */
export async function installNpmPackages() {
  // npm writes this output last, so an incomplete installation is repeated. No package needs its install script, and
  // the script of one reports the installation to its maker.
  const step = { inputs: ['package-lock.json'], outputs: ['node_modules/.package-lock.json'] };
  await cached('npm', step, () => {
    return run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts'], {
      step: 'installing npm packages',
    });
  });
}
