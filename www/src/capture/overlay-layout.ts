// Where the elements of the camera page are placed. Pure geometry, in CSS px.

import type { InstructionCode, Oval } from '../engine/types.js';
import type { Ellipse } from '../ui/ellipse.js';

export interface Size {
  width: number;
  height: number;
}

/**
 * How the page is divided. `tall`: the picture fills it, and texts are above and below the oval. `framed`: texts are
 * above and below the picture. `side`: texts are beside the picture.
 */
export type PageLayout = 'tall' | 'framed' | 'side';

/** The height up to which a wide page is a phone in landscape. */
const LOW = 480;

export function pageLayout({ width, height }: Size): PageLayout {
  // From here on the nearest oval leaves at least two lines above and below it.
  if (height >= 1.6 * width) return 'tall';
  return height <= LOW && width >= 1.6 * height ? 'side' : 'framed';
}

/** The oval as it is drawn: mirrored like the picture. */
export function drawnEllipse({ x, y, width, height }: Oval, videoWidth: number, isMirrored: boolean): Ellipse {
  const middle = x + width / 2;
  return { cx: isMirrored ? videoWidth - middle : middle, cy: y + height / 2, rx: width / 2, ry: height / 2 };
}

/** The smallest distance from the oval to a text, px: an arrow fits in it. */
const MIN_MARGIN = 36;

/** The height above the oval that texts may use: hair reaches beyond the oval by up to a tenth of its height. */
export function roomAbove({ cy, ry }: Ellipse): number {
  return Math.max(0, cy - ry - Math.max(MIN_MARGIN, 0.2 * ry));
}

/** An arrow that points to the right before it is turned. */
export interface Arrow {
  x: number;
  y: number;
  /** Clockwise, degrees. */
  turn: number;
  /** The distance from its tip to its end. */
  size: number;
}

/** The directions of the screen. */
const RIGHT = 0;
const DOWN = 90;
const LEFT = 180;
const UP = 270;

function directionOf(code: InstructionCode, isMirrored: boolean): number | null {
  if (code === 'move_up') return UP;
  if (code === 'move_down') return DOWN;
  // Left and right are the person's own. In a mirrored picture they are also the screen's.
  if (code === 'move_left') return isMirrored ? LEFT : RIGHT;
  if (code === 'move_right') return isMirrored ? RIGHT : LEFT;
  return null;
}

const clamp = (value: number, least: number, most: number) => Math.max(least, Math.min(most, value));

/**
 * The arrows of an instruction: one beside the oval, on the side to which the person must move; for a face that is too
 * far four inside the oval that point outwards, for one that is too near four around it that point inwards.
 */
export function arrows(code: InstructionCode, { cx, cy, rx, ry }: Ellipse, stage: Size, isMirrored: boolean): Arrow[] {
  const inside = (x: number, y: number, turn: number, size: number): Arrow => {
    // Its outline and its movement reach beyond its size.
    const edge = 0.7 * size;
    const [left, top] = [clamp(x, edge, stage.width - edge), clamp(y, edge, stage.height - edge)];
    return { x: left, y: top, turn, size };
  };
  const direction = directionOf(code, isMirrored);
  if (direction !== null) {
    const size = clamp(0.3 * rx, 26, 36);
    const [dx, dy] = [Math.cos((direction * Math.PI) / 180), Math.sin((direction * Math.PI) / 180)];
    return [inside(cx + dx * (rx + 0.8 * size), cy + dy * (ry + 0.8 * size), direction, size)];
  }
  if (code !== 'too_far' && code !== 'too_near') return [];
  const size = clamp(0.2 * rx, 17, 28);
  const distance = code === 'too_far' ? -size : size;
  return [45, 135, 225, 315].map((angle) => {
    const [dx, dy] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
    const turn = code === 'too_far' ? angle : (angle + 180) % 360;
    return inside(cx + dx * (rx + distance), cy + dy * (ry + distance), turn, size);
  });
}
