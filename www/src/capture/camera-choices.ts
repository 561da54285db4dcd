// The cameras that the person can choose from.

import { rankedCameras } from '../engine/cameras.js';
import type { CameraChoice } from '../ui/view.js';

/** Names and ids, the most likely camera first. `nameOf` names a camera without a label. */
export async function listCameras(nameOf: (number: number) => string): Promise<CameraChoice[]> {
  const cameras = await rankedCameras();
  return cameras.map(({ deviceId, label }, index) => ({ id: deviceId, label: label || nameOf(index + 1) }));
}
