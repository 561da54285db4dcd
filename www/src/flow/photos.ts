// Takes two photos with the system camera, the last resort where the page cannot use the camera itself.

import { now } from '../engine/clock.js';
import type { JourneyView } from '../ui/view.js';
import type { CapturedPictures, ManifestContext, Photo } from './attempt.js';

/** The limits of an upload: docs/SERVER.md. */
const MIN_SIDE = 256;
const MAX_SIDE = 2048;
const QUALITIES = [0.92, 0.8, 0.65];

/**
 * When a photo was taken, by its age if that is plausible. `lastModified` and `deviceNow` are times of the device's
 * clock; the result, `requested` (when the page asked for the photo) and `received` are times of the capture's clock.
 */
export function captureTime(lastModified: number, requested: number, received: number, deviceNow: number): number {
  const age = deviceNow - lastModified;
  return age >= 0 && age < received - requested ? received - age : received;
}

/** An upright JPEG of limited size and at most `maxBytes`; null if the file is no usable picture. */
async function read(file: File, maxBytes: number, requested: number): Promise<Photo | null> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => null);
  if (!bitmap) return null;
  const scale = Math.min(1, MAX_SIDE / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [Math.round(bitmap.width * scale), Math.round(bitmap.height * scale)];
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const isLargeEnough = Math.min(width, height) >= MIN_SIDE;
  if (isLargeEnough) canvas.getContext('2d')?.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  if (!isLargeEnough) return null;
  for (const quality of QUALITIES) {
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', quality));
    if (!blob || blob.size > maxBytes) continue;
    const jpeg = new Uint8Array(await blob.arrayBuffer());
    return { jpeg, width, height, time: captureTime(file.lastModified, requested, now(), Date.now()) };
  }
  return null;
}

interface Photos {
  pictures: CapturedPictures;
  layout: Pick<ManifestContext, 'ovals' | 'viewport'>;
}

/** Asks for the far and the near photo; null if the person goes back. */
export async function takePhotos(view: JourneyView, maxBytes: number): Promise<Photos | null> {
  const requested = now();
  const ask = async (stage: 'far' | 'near'): Promise<Photo | null> => {
    for (let refused = false; ; refused = true) {
      const file = await new Promise<File | null>((done) => {
        void view.show({ name: 'photo', stage, refused, take: done, back: () => done(null) });
      });
      if (!file) return null;
      const photo = await read(file, maxBytes, requested);
      if (photo) return photo;
    }
  };
  const far = await ask('far');
  const near = far && (await ask('near'));
  if (!far || !near) return null;
  const photos = { far, near: { ...near, time: Math.max(near.time, far.time + 1) } };
  const others = { stops: [], audit: [], instructions: [], video: null, light: null };
  const { width, height } = far;
  // The page showed no oval: the whole picture counts.
  const whole = { x: 0, y: 0, width, height };
  return {
    pictures: { ...photos, ...others, cameraType: 'SYSTEM_CAMERA' },
    layout: { ovals: { far: whole, near: whole }, viewport: { width, height } },
  };
}
