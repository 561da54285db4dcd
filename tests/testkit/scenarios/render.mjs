// Draws the layers of a scene on a canvas.

import { readFileSync } from 'node:fs';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { loadHead, pictureAt } from './heads.mjs';
import { PHOTOS } from './photos.mjs';

/** How far the oval's target for the face box lies below the middle of the picture, in face boxes. */
const FACE_DROP = 0.08;

/** Decodes the photographs with these names; for a person in depth, one picture for each size. */
export async function loadPhotos(names) {
  const load = async (name) => {
    const { path, inDepth } = PHOTOS[name];
    return [name, inDepth ? await loadHead(path) : await loadImage(readFileSync(path))];
  };
  return Object.fromEntries(await Promise.all(names.map(load)));
}

/** How far the edges of a photograph are extended, in its own sides. */
const EDGES = 3;

/** A photograph with its edges extended on all sides and blurred, so that a small one fills the picture. */
function withEdges(image) {
  const { width, height } = image;
  const [x, y] = [width * EDGES, height * EDGES];
  const [w, h] = [width + 2 * x, height + 2 * y];
  const strips = createCanvas(w, h);
  const context = strips.getContext('2d');
  context.drawImage(image, x, y);
  context.drawImage(image, 0, 0, 1, height, 0, y, x, height);
  context.drawImage(image, width - 1, 0, 1, height, x + width, y, x, height);
  // Extended up and down from the whole row, which fills the corners too.
  context.drawImage(strips, 0, y, w, 1, 0, 0, w, y);
  context.drawImage(strips, 0, y + height - 1, w, 1, 0, y + height, w, y);
  const canvas = createCanvas(w, h);
  const soft = canvas.getContext('2d');
  soft.filter = `blur(${width / 25}px)`;
  soft.drawImage(strips, 0, 0);
  soft.filter = 'none';
  soft.drawImage(image, x, y);
  return { canvas, x, y };
}

const wide = new WeakMap();

function cover(context, image, width, height) {
  const scale = Math.max(width / image.width, height / image.height);
  const [w, h] = [image.width * scale, image.height * scale];
  context.drawImage(image, (width - w) / 2, (height - h) / 2, w, h);
}

/**
 * Draws a surgical mask from cheek to cheek and from the bridge of the nose to below the chin, in photograph pixels.
 */
function drawMask(context, { face: [left, top, side] }) {
  const at = (x, y) => [left + x * side, top + y * side];
  context.beginPath();
  context.moveTo(...at(0.1, 0.5));
  context.quadraticCurveTo(...at(0.5, 0.32), ...at(0.9, 0.5));
  context.lineTo(...at(0.84, 0.92));
  context.quadraticCurveTo(...at(0.5, 1.16), ...at(0.16, 0.92));
  context.closePath();
  context.fillStyle = '#9fc4d8';
  context.fill();
  context.strokeStyle = '#86adc2';
  context.lineWidth = side * 0.012;
  for (const y of [0.58, 0.68, 0.78]) {
    context.beginPath();
    context.moveTo(...at(0.13, y));
    context.quadraticCurveTo(...at(0.5, y + 0.06), ...at(0.87, y));
    context.stroke();
  }
}

function drawLayer(context, photos, layer, width, height) {
  const { photo, size = 0, x = 0, y = 0, roll = 0, light = 1, blur = 0, mask = false, half } = layer;
  const { face, inDepth } = PHOTOS[photo];
  const image = inDepth ? pictureAt(photos[photo], size) : photos[photo];
  const short = Math.min(width, height);
  context.save();
  if (half === 'right') {
    context.beginPath();
    context.rect(width / 2, 0, width / 2, height);
    context.clip();
  }
  const filters = [];
  if (light !== 1) filters.push(`brightness(${light})`);
  if (blur > 0) filters.push(`blur(${blur * size * short}px)`);
  if (filters.length > 0) context.filter = filters.join(' ');
  if (face === undefined) {
    cover(context, image, width, height);
  } else {
    const [left, top, side] = face;
    if (!wide.has(image)) wide.set(image, withEdges(image));
    const edges = wide.get(image);
    const scale = (size * short) / side;
    context.translate(width / 2 + x * short, height / 2 + (y + size * FACE_DROP) * short);
    context.rotate((roll * Math.PI) / 180);
    context.scale(scale, scale);
    context.translate(-(left + side / 2), -(top + side / 2));
    context.imageSmoothingQuality = 'high';
    context.drawImage(edges.canvas, -edges.x, -edges.y);
    if (mask) drawMask(context, PHOTOS[photo]);
  }
  context.restore();
}

/** Draws the layers of a scene, the first at the back. */
export function drawScene(context, photos, layers, width, height) {
  context.fillStyle = '#808080';
  context.fillRect(0, 0, width, height);
  for (const layer of layers) drawLayer(context, photos, layer, width, height);
}
