// The face detector on its own.

import { captureError } from '../engine/errors.js';
import type { LoadOptions } from '../engine/load-options.js';
import { type Engine, loadEngine } from '../engine/loader.js';
import type { Picture } from '../engine/pictures.js';

/** A position in the picture, px from its upper left corner. */
export interface Point {
  x: number;
  y: number;
}

/** The landmarks that the detector finds. Right and left are the person's. */
export type Landmark = 'rightEye' | 'leftEye' | 'noseTip' | 'mouth' | 'rightEar' | 'leftEar';

/** A detected face. */
export interface Face {
  /** The bounding box, px of the upright picture. */
  x: number;
  y: number;
  width: number;
  height: number;
  /** The detector's confidence, 0 to 1. */
  score: number;
  landmarks: Record<Landmark, Point>;
}

/** In the order of the detector's output. */
const LANDMARKS: Landmark[] = ['rightEye', 'leftEye', 'noseTip', 'mouth', 'rightEar', 'leftEar'];
/** Numbers per face: box, landmarks, score (`FaceDetector` of the Rust module). */
const NUMBERS_PER_FACE = 4 + 2 * LANDMARKS.length + 1;

function parseFaces(numbers: Float32Array): Face[] {
  const count = numbers.length / NUMBERS_PER_FACE;
  const at = (index: number) => numbers[index] ?? 0;
  return Array.from({ length: count }, (_, face) => {
    const start = face * NUMBERS_PER_FACE;
    const points = LANDMARKS.map((name, index) => [
      name,
      { x: at(start + 4 + 2 * index), y: at(start + 5 + 2 * index) },
    ]);
    return {
      x: at(start),
      y: at(start + 1),
      width: at(start + 2),
      height: at(start + 3),
      score: at(start + NUMBERS_PER_FACE - 1),
      landmarks: Object.fromEntries(points) as Face['landmarks'],
    };
  });
}

/** The context of an OffscreenCanvas, or of a canvas element in Safari before 16.4. */
function contextOf(width: number, height: number) {
  if (globalThis.OffscreenCanvas) return new OffscreenCanvas(width, height).getContext('2d');
  const canvas = globalThis.document?.createElement('canvas');
  if (!canvas) return null;
  [canvas.width, canvas.height] = [width, height];
  return canvas.getContext('2d');
}

function pixels(image: ImageBitmap): ImageData {
  const context = contextOf(image.width, image.height);
  if (!context) throw captureError('unsupported_image', 'there is no 2d canvas context');
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, image.width, image.height);
}

function isPicture(value: unknown): value is Picture {
  const kinds = ['ImageData', 'ImageBitmap', 'VideoFrame'] as const;
  return kinds.some((name) => name in globalThis && value instanceof globalThis[name]);
}

type Detector = InstanceType<Engine['glue']['FaceDetector']>;

/** One per loaded model: a detector keeps its memory. */
const detectors = new WeakMap<ArrayBuffer, Detector>();

/**
 * Detects the faces in a picture, the largest first, with BlazeFace short range (faces of at least about 6 % of the
 * picture's width). Works in a window and in a worker, and leaves the picture open. Rejects with a `CaptureError`.
 */
export async function detectFaces(image: Picture, load: LoadOptions = {}): Promise<Face[]> {
  if (!isPicture(image)) throw captureError('unsupported_image', 'it is not an ImageData, ImageBitmap or VideoFrame');
  const { glue, model } = await loadEngine(load);
  const detector = detectors.get(model) ?? new glue.FaceDetector(new Uint8Array(model));
  detectors.set(model, detector);
  if ('displayWidth' in image) return parseFaces(await detector.detectFrame(image));
  const { data, width, height } = 'data' in image ? image : pixels(image);
  return parseFaces(detector.detect(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), width, height));
}
