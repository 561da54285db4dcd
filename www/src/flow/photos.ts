// The last resort: two photos by the device's own camera program.

import { now } from '../engine/clock.js';
import type { Still } from '../engine/types.js';
import type { Screen } from '../ui/screen.js';
import type { Circumstances, Pictures } from './attempt.js';

/** What an upload takes: docs/SERVER.md. */
const LEAST_SIDE = 256;
const MOST_SIDE = 2048;
const QUALITIES = [0.92, 0.8, 0.65];

/** A photo as it is sent. */
export type Photo = Pick<Still, 'jpeg' | 'width' | 'height' | 'time'>;

/**
 * When a photo was taken: by its age, if that can be believed. A file's time is of the clock that the device shows, and
 * `shown` is that clock now; what comes out is of the capture's clock, as are `since` (when it was asked for) and `at`.
 */
export function takenAt(lastModified: number, since: number, at: number, shown: number): number {
  const age = shown - lastModified;
  return age >= 0 && age < at - since ? at - age : at;
}

/** Upright, not too large, as JPEG of at most `mostBytes`; null for what is no picture that can be used. */
async function read(file: File, mostBytes: number, since: number): Promise<Photo | null> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => null);
  if (!bitmap) return null;
  const scale = Math.min(1, MOST_SIDE / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [Math.round(bitmap.width * scale), Math.round(bitmap.height * scale)];
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const isLarge = Math.min(width, height) >= LEAST_SIDE;
  if (isLarge) canvas.getContext('2d')?.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  if (!isLarge) return null;
  for (const quality of QUALITIES) {
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', quality));
    if (!blob || blob.size > mostBytes) continue;
    const jpeg = new Uint8Array(await blob.arrayBuffer());
    return { jpeg, width, height, time: takenAt(file.lastModified, since, now(), Date.now()) };
  }
  return null;
}

/** What is sent of them. */
interface Photos {
  pictures: Pictures;
  shown: Pick<Circumstances, 'ovals' | 'viewport'>;
}

/** Asks for the far and the near photo; null when the person turns back. */
export async function takePhotos(screen: Screen, mostBytes: number): Promise<Photos | null> {
  const since = now();
  const ask = async (stage: 'far' | 'near'): Promise<Photo | null> => {
    for (let refused = false; ; refused = true) {
      const file = await new Promise<File | null>((done) => {
        void screen.show({ name: 'photo', stage, refused, take: done, back: () => done(null) });
      });
      if (!file) return null;
      const photo = await read(file, mostBytes, since);
      if (photo) return photo;
    }
  };
  const far = await ask('far');
  const near = far && (await ask('near'));
  if (!far || !near) return null;
  const photos = { far, near: { ...near, time: Math.max(near.time, far.time + 1) } };
  const others = { stops: [], audit: [], instructions: [], video: null, lit: null };
  const { width, height } = far;
  // No oval was shown: the whole picture counts.
  const whole = { x: 0, y: 0, width, height };
  return {
    pictures: { ...photos, ...others, cameraType: 'SYSTEM_CAMERA' },
    shown: { ovals: { far: whole, near: whole }, viewport: { width, height } },
  };
}
