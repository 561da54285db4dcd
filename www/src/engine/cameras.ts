// The cameras that there are, the likeliest first.

/** Programs that play a video as a camera, or a phone's. */
const VIRTUAL = /virtual|\bobs\b|snap camera|manycam|droidcam|epoccam|xsplit|mmhmm|dummy video/i;
/** Cameras that see no colours. */
const INFRARED = /\bir\b|infrared|hello/i;
const BACK = /back|rear|environment/i;

/** What is wished of a camera that was chosen by its id: what the Rust module wishes by itself, but for the side. */
export const CAMERA_WISHES: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30 },
};

/** Whether a camera has the name of a program. */
export function isVirtual(label: string): boolean {
  return VIRTUAL.test(label);
}

/** Whether a camera looks away from the screen, so that its picture is no mirror; by its name where nothing else tells. */
export function looksAway({ facingMode, label }: { facingMode?: unknown; label?: unknown }): boolean {
  return facingMode ? facingMode === 'environment' : BACK.test(String(label ?? ''));
}

function rank({ label }: MediaDeviceInfo): number {
  if (isVirtual(label) || INFRARED.test(label)) return 2;
  return BACK.test(label) ? 1 : 0;
}

/** Cameras with their ids, once the browser tells them: after a permission. */
export async function rankedCameras(): Promise<MediaDeviceInfo[]> {
  const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  const cameras = devices.filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId !== '');
  // Sorting keeps the browser's order within a rank.
  return cameras.sort((a, b) => rank(a) - rank(b));
}

/**
 * What to ask for when the camera that was wished for is busy: each of the cameras that may serve, with the other
 * wishes. None where there is one camera alone, or where that one was insisted on.
 */
export async function otherCameras(wished: MediaTrackConstraints = CAMERA_WISHES): Promise<MediaTrackConstraints[]> {
  const { deviceId, facingMode: _, ...wishes } = wished;
  if (typeof deviceId === 'object' && 'exact' in deviceId) return [];
  const cameras = (await rankedCameras()).filter((camera) => rank(camera) < 2);
  if (cameras.length < 2) return [];
  return cameras.map((camera) => ({ ...wishes, deviceId: { exact: camera.deviceId } }));
}
