// All style sheets of the journey. The hosted page also loads them as one file, built by stylesheet-loader.mjs.

import { baseStyle } from './base.js';
import { cameraStyle } from './camera.js';

export const styleSheets = [baseStyle, cameraStyle];
