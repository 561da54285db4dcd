// The fake camera as one function. In the package, the build (scripts/build/fake-camera.mjs) replaces this file by a
// function that contains all of the camera, so that its text can be sent to a page.

import { installCamera } from './install.js';

/** Returns the camera's functions. */
export function fakeCamera(): { installCamera: typeof installCamera } {
  return { installCamera };
}
