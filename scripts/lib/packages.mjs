// npm packages and what is taken out of them.

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, say } from './run.mjs';

/** The face detection model, as MediaPipe's npm package ships it. */
export const MODEL = 'node_modules/@mediapipe/face_detection/face_detection_short_range.tflite';

/** Installs the npm packages of the lock file when they are missing or older than it. */
export async function npmPackages() {
  // npm writes this file last, so a broken installation does not count as one.
  const installed = join(root, 'node_modules', '.package-lock.json');
  const lock = join(root, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  say('installing npm packages');
  await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}
