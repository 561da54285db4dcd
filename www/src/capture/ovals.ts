// Where the two ovals lay. The phone may be turned between the pictures, but what is sent tells of one viewport.

import type { Oval, Stage } from '../engine/types.js';

interface Size {
  width: number;
  height: number;
}

/** An oval and the size of the video that showed it, both in CSS px; the size of the camera's frames. */
interface Seen {
  oval: Oval;
  viewport: Size;
  frame: Size;
}

/** What was shown, in CSS px of one viewport. */
export interface Shown {
  ovals: { far: Oval; near: Oval };
  viewport: Size;
}

/** CSS px to a px of the camera's frame, and where the frame begins: as `object-fit: cover` has it. */
function cover(frame: Size, viewport: Size) {
  const scale = Math.max(viewport.width / frame.width, viewport.height / frame.height);
  const [left, top] = [(viewport.width - frame.width * scale) / 2, (viewport.height - frame.height * scale) / 2];
  return { scale, left, top };
}

/** The same part of the camera's frame in another viewport. */
function moved({ oval, viewport, frame }: Seen, to: Size): Oval {
  const [before, after] = [cover(frame, viewport), cover(frame, to)];
  const factor = after.scale / before.scale;
  return {
    x: (oval.x - before.left) * factor + after.left,
    y: (oval.y - before.top) * factor + after.top,
    width: oval.width * factor,
    height: oval.height * factor,
  };
}

/** Notes the ovals as they are shown. */
export class Ovals {
  #seen: { far?: Seen; near?: Seen } = {};

  note(stage: Stage, oval: Oval, video: HTMLVideoElement): void {
    // Where those of a path's stops are, the service knows.
    if (stage !== 'far' && stage !== 'near') return;
    const viewport = { width: video.clientWidth, height: video.clientHeight };
    this.#seen[stage] = { oval, viewport, frame: { width: video.videoWidth, height: video.videoHeight } };
  }

  /** Both, as the last viewport would have had them; null before there are both. */
  get shown(): Shown | null {
    const { far, near } = this.#seen;
    if (!far || !near) return null;
    const { viewport } = near;
    return { ovals: { far: moved(far, viewport), near: near.oval }, viewport };
  }
}
