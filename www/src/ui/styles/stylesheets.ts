// All style sheets of the journey. The hosted page also loads them as one file, built by stylesheet-loader.mjs.

import { artStyle } from './art.js';
import { baseStyle } from './base.js';
import { cameraStyle } from './camera.js';
import { curtainStyle } from './camera-curtain.js';
import { cameraLayoutStyle } from './camera-layouts.js';
import { startStyle } from './start.js';
import { tokens } from './tokens.js';

export const styleSheets = [tokens, baseStyle, artStyle, startStyle, cameraStyle, curtainStyle, cameraLayoutStyle];
