// Records where the two ovals were shown. The phone may be turned between the pictures, but the manifest has one
// viewport.

import type { Oval, Stage } from '../engine/types.js';

interface Size {
  width: number;
  height: number;
}

/** An oval and the size of the video that showed it, both in CSS px; the size of the camera's frames. */
interface ShownOval {
  oval: Oval;
  viewport: Size;
  frame: Size;
}

/** Both ovals, in CSS px of one viewport. */
export interface OvalLayout {
  ovals: { far: Oval; near: Oval };
  viewport: Size;
}

/** CSS px per px of the camera's frame, and the frame's origin, with `object-fit: cover`. */
function cover(frame: Size, viewport: Size) {
  const scale = Math.max(viewport.width / frame.width, viewport.height / frame.height);
  const [left, top] = [(viewport.width - frame.width * scale) / 2, (viewport.height - frame.height * scale) / 2];
  return { scale, left, top };
}

/** The same region of the camera's frame in another viewport. */
function inViewport({ oval, viewport, frame }: ShownOval, target: Size): Oval {
  const [before, after] = [cover(frame, viewport), cover(frame, target)];
  const factor = after.scale / before.scale;
  return {
    x: (oval.x - before.left) * factor + after.left,
    y: (oval.y - before.top) * factor + after.top,
    width: oval.width * factor,
    height: oval.height * factor,
  };
}

export class Ovals {
  #shown: { far?: ShownOval; near?: ShownOval } = {};

  record(stage: Stage, oval: Oval, video: HTMLVideoElement): void {
    // The service knows the ovals of a motion path's stops.
    if (stage !== 'far' && stage !== 'near') return;
    const viewport = { width: video.clientWidth, height: video.clientHeight };
    this.#shown[stage] = { oval, viewport, frame: { width: video.videoWidth, height: video.videoHeight } };
  }

  /** Both ovals in the last viewport; null until both were shown. */
  get layout(): OvalLayout | null {
    const { far, near } = this.#shown;
    if (!far || !near) return null;
    const { viewport } = near;
    return { ovals: { far: inViewport(far, viewport), near: near.oval }, viewport };
  }
}
