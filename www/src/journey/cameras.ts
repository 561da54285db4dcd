// The cameras that there are, the likeliest first.

import type { CameraChoice } from './screen.js';

/** Programs that play a video as a camera, or a phone's. */
const VIRTUAL = /virtual|\bobs\b|snap camera|manycam|droidcam|epoccam|xsplit|mmhmm|dummy video/i;
/** Cameras that see no colours. */
const INFRARED = /\bir\b|infrared|hello/i;
const BACK = /back|rear|environment/i;

/** Whether a camera has the name of a program. */
export function isVirtual(label: string): boolean {
  return VIRTUAL.test(label);
}

function rank({ label }: MediaDeviceInfo): number {
  if (isVirtual(label) || INFRARED.test(label)) return 2;
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
