// @vladmandic/human: face detection alone, on the wasm backend with one thread. Its network is BlazeFace with an input of
// 256x256, not the one of the others.

import { address } from '../files.js';

/** Returns a function that finds the faces in an ImageData, each as [left, top, width, height]. */
export async function human() {
  const frame = document.createElement('iframe');
  const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
  frame.src = address('human.html');
  document.body.append(frame);
  await loaded;
  return await frame.contentWindow.startHuman();
}
