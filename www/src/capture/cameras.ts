// The cameras that a person can choose from.

import { rankedCameras } from '../engine/cameras.js';
import type { CameraChoice } from '../ui/screen.js';

/** Names and ids, the likeliest first. `name` gives a name to a camera without one. */
export async function listCameras(name: (number: number) => string): Promise<CameraChoice[]> {
  const cameras = await rankedCameras();
  return cameras.map(({ deviceId, label }, index) => ({ id: deviceId, label: label || name(index + 1) }));
}
