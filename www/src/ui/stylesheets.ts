// All style sheets of the journey. The hosted page also loads them as one file, built by stylesheet-loader.mjs.

import { cameraStyle } from './camera-style.js';
import { style } from './style.js';

export const styleSheets = [style, cameraStyle];
