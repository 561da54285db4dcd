// The detector alone.

import { ownError } from '../engine/errors.js';
import type { LoadOptions } from '../engine/load-options.js';
import { type Engine, loadEngine } from '../engine/loader.js';
import type { Picture } from '../engine/pictures.js';

/** A place in the picture, px from its upper left corner. */
export interface Point {
  x: number;
  y: number;
}

/** The points of a face that the detector finds. Right and left are the person's own. */
export type Landmark = 'rightEye' | 'leftEye' | 'noseTip' | 'mouth' | 'rightEar' | 'leftEar';

/** A face. */
export interface Face {
  /** The box, px of the upright picture. */
  x: number;
  y: number;
  width: number;
  height: number;
  /** 0 to 1. */
  score: number;
  landmarks: Record<Landmark, Point>;
}

/** In the order of the numbers. */
const LANDMARKS: Landmark[] = ['rightEye', 'leftEye', 'noseTip', 'mouth', 'rightEar', 'leftEar'];
/** Numbers of one face: its box, its landmarks, its score (`FaceDetector` of the Rust module). */
const NUMBERS = 4 + 2 * LANDMARKS.length + 1;

function faces(numbers: Float32Array): Face[] {
  const count = numbers.length / NUMBERS;
  const at = (index: number) => numbers[index] ?? 0;
  return Array.from({ length: count }, (_, face) => {
    const start = face * NUMBERS;
    const points = LANDMARKS.map((name, index) => [
      name,
      { x: at(start + 4 + 2 * index), y: at(start + 5 + 2 * index) },
    ]);
    return {
      x: at(start),
      y: at(start + 1),
      width: at(start + 2),
      height: at(start + 3),
      score: at(start + NUMBERS - 1),
      landmarks: Object.fromEntries(points) as Face['landmarks'],
    };
  });
}

/** An OffscreenCanvas, or where there is none (Safari before 16.4) one of the document's. */
function contextOf(width: number, height: number) {
  if (globalThis.OffscreenCanvas) return new OffscreenCanvas(width, height).getContext('2d');
  const canvas = globalThis.document?.createElement('canvas');
  if (!canvas) return null;
  [canvas.width, canvas.height] = [width, height];
  return canvas.getContext('2d');
}

function pixels(image: ImageBitmap): ImageData {
  const context = contextOf(image.width, image.height);
  if (!context) throw ownError('unsupported_image', 'there is no canvas with a 2d context');
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, image.width, image.height);
}

function isPicture(given: unknown): given is Picture {
  const kinds = ['ImageData', 'ImageBitmap', 'VideoFrame'] as const;
  return kinds.some((name) => name in globalThis && given instanceof globalThis[name]);
}

type Detector = InstanceType<Engine['glue']['FaceDetector']>;

/** One for each loaded model, for its memory is kept. */
const detectors = new WeakMap<ArrayBuffer, Detector>();

/**
 * The faces of a picture, the largest first, by BlazeFace short range (faces of at least some 6 % of the picture's
 * width). In the window or in a worker; the picture stays open. Rejects with a `CaptureError`.
 */
export async function detectFaces(image: Picture, load: LoadOptions = {}): Promise<Face[]> {
  if (!isPicture(image)) throw ownError('unsupported_image', 'neither ImageData nor ImageBitmap nor VideoFrame');
  const { glue, model } = await loadEngine(load);
  const detector = detectors.get(model) ?? new glue.FaceDetector(new Uint8Array(model));
  detectors.set(model, detector);
  if ('displayWidth' in image) return faces(await detector.detectFrame(image));
  const { data, width, height } = 'data' in image ? image : pixels(image);
  return faces(detector.detect(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), width, height));
}
