// The looks of the journey, as one list: the hosted page also has them as a file.

import { cameraStyle } from './camera-style.js';
import { style } from './style.js';

export const sheets = [style, cameraStyle];
