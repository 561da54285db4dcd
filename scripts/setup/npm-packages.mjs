// npm packages and what is taken out of them.

import { cached } from '../cli/cached.mjs';
import { run } from '../cli/run.mjs';

/** The face detection model, as MediaPipe's npm package ships it. */
export const MODEL = 'node_modules/@mediapipe/face_detection/face_detection_short_range.tflite';

/** Installs the npm packages of the lock file when they are missing or are those of another one. */
export async function npmPackages() {
  // npm writes the output last, so a broken installation does not count as one. No package has to run a script of its
  // own, and one of them would tell its maker of the installation.
  const step = { inputs: ['package-lock.json'], outputs: ['node_modules/.package-lock.json'] };
  await cached('npm', step, () => {
    return run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts'], {
      step: 'installing npm packages',
    });
  });
}
