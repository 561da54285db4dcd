// The cameras that there are, the likeliest first.

import type { CameraChoice } from './screen.js';

/** Programs that play a video as a camera, and cameras that see no colours. */
const LAST = /virtual|obs|snap camera|manycam|droidcam|epoccam|\bir\b|infrared|hello/i;
const BACK = /back|rear|environment/i;

function rank({ label }: MediaDeviceInfo): number {
  if (LAST.test(label)) return 2;
  return BACK.test(label) ? 1 : 0;
}

/** Names and ids, once the browser tells them: after a permission. `name` gives a name to a camera without one. */
export async function listCameras(name: (number: number) => string): Promise<CameraChoice[]> {
  const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  const cameras = devices.filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId !== '');
  const ranked = cameras.map((camera, index) => ({ camera, label: camera.label || name(index + 1) }));
  // Sorting keeps the browser's order within a rank.
  ranked.sort((a, b) => rank(a.camera) - rank(b.camera));
  return ranked.map(({ camera, label }) => ({ id: camera.deviceId, label }));
}
