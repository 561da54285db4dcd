// Lists the device's cameras, the most likely first.

/** Programs that present a video or a phone as a camera. */
const VIRTUAL = /virtual|\bobs\b|snap camera|manycam|droidcam|epoccam|xsplit|mmhmm|dummy video/i;
/** Cameras without colour. */
const INFRARED = /\bir\b|infrared|hello/i;
const REAR = /back|rear|environment/i;

/** The constraints for a camera that was chosen by its id: the Rust module's defaults without the facing mode. */
export const DEFAULT_CONSTRAINTS: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30 },
};

/** Whether a camera's label names such a program. */
export function isVirtual(label: string): boolean {
  return VIRTUAL.test(label);
}

/** Whether a camera faces away from the screen, so that its picture is not mirrored; judged by its label if need be. */
export function isRearCamera({ facingMode, label }: { facingMode?: unknown; label?: unknown }): boolean {
  return facingMode ? facingMode === 'environment' : REAR.test(String(label ?? ''));
}

function rank({ label }: MediaDeviceInfo): number {
  if (isVirtual(label) || INFRARED.test(label)) return 2;
  return REAR.test(label) ? 1 : 0;
}

/** Whether this device seems to have a camera that the page may use. Without permission browsers reveal no more. */
export async function hasCamera(): Promise<boolean> {
  const { mediaDevices } = navigator;
  if (!mediaDevices?.getUserMedia) return false;
  const devices = await mediaDevices.enumerateDevices().catch(() => null);
  return devices?.some(({ kind }) => kind === 'videoinput') ?? true;
}

/** The cameras with ids, which the browser reveals only after permission. */
export async function rankedCameras(): Promise<MediaDeviceInfo[]> {
  const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  const cameras = devices.filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId !== '');
  // The sort is stable: the browser's order counts within a rank.
  return cameras.sort((a, b) => rank(a) - rank(b));
}

/**
 * Constraints to try when the requested camera is busy: one for each suitable camera. Empty if there is only one camera
 * or the request insists on one.
 */
export async function alternativeCameras(
  requested: MediaTrackConstraints = DEFAULT_CONSTRAINTS,
): Promise<MediaTrackConstraints[]> {
  const { deviceId, facingMode: _, ...others } = requested;
  if (typeof deviceId === 'object' && 'exact' in deviceId) return [];
  const cameras = (await rankedCameras()).filter((camera) => rank(camera) < 2);
  if (cameras.length < 2) return [];
  return cameras.map((camera) => ({ ...others, deviceId: { exact: camera.deviceId } }));
}
