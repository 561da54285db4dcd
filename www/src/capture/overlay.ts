// The overlay on the camera's picture: oval, progress ring and instruction. It changes with every frame, so it is
// updated directly instead of being rendered.

import type { Oval } from '../engine/types.js';
import { contrast, MIN_CONTRAST } from '../ui/contrast.js';

const BACKGROUND = '#0b1116';

/** Finds its elements on every update: the page may have been rendered again. */
export class Overlay {
  readonly #root: () => ParentNode;
  /** Whether the video is mirrored. */
  isMirrored = true;

  constructor(root: () => ParentNode) {
    this.#root = root;
  }

  /** `oval`: unmirrored CSS px of the video. */
  showOval({ x, y, width, height }: Oval, videoWidth: number): void {
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

  showProgress(fraction: number): void {
    const ring = this.#root().querySelector<SVGElement>('.ring');
    if (ring) ring.style.strokeDasharray = `${100 * fraction} 100`;
  }

  /** The colour around the oval; null for dark. Set through the object model, as in ui/theme.ts. */
  showLight(color: string | null): void {
    const page = this.#root().querySelector<HTMLElement>('.camera');
    if (color) page?.style.setProperty('--light', color);
    else page?.style.removeProperty('--light');
  }

  showLine(text: string, color: string | null): void {
    const line = this.#root().querySelector<HTMLElement>('.instruction');
    if (!line) return;
    line.textContent = text;
    // The line has its own dark background over the camera's picture.
    line.style.color = color && contrast(color, BACKGROUND) >= MIN_CONTRAST ? color : '';
  }
}
