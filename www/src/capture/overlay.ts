// What lies over the camera's picture: the oval, the ring of progress, and the words. They change with every frame, so
// they are set directly.

import type { Oval } from '../engine/types.js';
import { contrast, LEAST_CONTRAST } from '../ui/contrast.js';

const GROUND = '#0b1116';

/** Finds its parts anew each time: the page may have been rendered since. */
export class Guide {
  readonly #root: () => ParentNode;
  /** Whether the video is shown as in a mirror. */
  isMirrored = true;

  constructor(root: () => ParentNode) {
    this.#root = root;
  }

  /** The oval lies in unmirrored CSS px of the video. */
  oval({ x, y, width, height }: Oval, videoWidth: number): void {
    const middle = x + width / 2;
    const place = {
      cx: this.isMirrored ? videoWidth - middle : middle,
      cy: y + height / 2,
      rx: width / 2,
      ry: height / 2,
    };
    for (const ellipse of this.#root().querySelectorAll('[data-oval]'))
      for (const [name, value] of Object.entries(place)) ellipse.setAttribute(name, String(value));
  }

  progress(fraction: number): void {
    const ring = this.#root().querySelector<SVGElement>('.ring');
    if (ring) ring.style.strokeDasharray = `${100 * fraction} 100`;
  }

  /** The colour around the oval; null: it is dark. By the object model, as in paint.ts. */
  light(color: string | null): void {
    const page = this.#root().querySelector<HTMLElement>('.camera');
    if (color) page?.style.setProperty('--light', color);
    else page?.style.removeProperty('--light');
  }

  say(text: string, color: string | null): void {
    const line = this.#root().querySelector<HTMLElement>('.instruction');
    if (!line) return;
    line.textContent = text;
    // Over the camera's picture the line has a dark ground of its own.
    line.style.color = color && contrast(color, GROUND) >= LEAST_CONTRAST ? color : '';
  }
}
