// The overlay on the camera's picture: oval, progress ring, arrows and instruction. It changes with every frame, so it is
// updated directly instead of being rendered. Styles are set through the object model, as in ui/theme.ts.

import type { InstructionCode, Oval } from '../engine/types.js';
import { contrast, MIN_CONTRAST } from '../ui/contrast.js';
import { type Ellipse, ringPath } from '../ui/ellipse.js';
import { arrows, drawnEllipse, pageLayout, roomAbove } from './overlay-layout.js';

const BACKGROUND = '#0b1116';
/** Larger than any screen: the shade is cut to the picture. */
const EVERYWHERE = 'M-9999-9999h29999v29999h-29999z';
/** Font sizes to try, relative to the largest, until the instruction fits. */
const FONT_SCALES = [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.42, 0.35];
/** How long the tick is shown, ms: it is drawn in the first 300 ms. */
const TICK_MS = 600;

/** The instruction's line. `code`: what arrows and outline show with it; null for nothing. */
export interface Line {
  text: string;
  color: string | null;
  code: InstructionCode | null;
}

/** Finds its elements on every update: the page may have been rendered again. */
export class Overlay {
  readonly #root: () => ParentNode;
  #isMirrored = true;
  #oval: Oval | null = null;
  #ellipse: Ellipse | null = null;
  #line: Line = { text: '', color: null, code: null };
  #sizes: ResizeObserver | null = null;
  #tickTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(root: () => ParentNode) {
    this.#root = root;
  }

  /** Begins with an empty picture, and follows the size of the page. */
  begin(): void {
    this.end();
    this.#oval = null;
    this.#ellipse = null;
    const page = this.#find('.camera');
    if (!page) return;
    this.#sizes = new ResizeObserver(() => this.#layOut());
    this.#sizes.observe(page);
  }

  end(): void {
    this.#sizes?.disconnect();
    this.#sizes = null;
    clearTimeout(this.#tickTimer);
    this.#find('.tick')?.removeAttribute('data-shown');
  }

  #find<E extends Element = HTMLElement>(selector: string): E | null {
    return this.#root().querySelector<E>(selector);
  }

  /** Divides the page by its size. */
  #layOut(): void {
    const page = this.#find('.camera');
    if (!page) return;
    const { clientWidth: width, clientHeight: height } = page;
    if (width === 0 || height === 0) return;
    page.dataset.layout = pageLayout({ width, height });
    page.style.setProperty('--page-height', `${height}px`);
    this.#fit();
  }

  /** Whether the video is mirrored. */
  mirror(isMirrored: boolean): void {
    if (isMirrored === this.#isMirrored) return;
    this.#isMirrored = isMirrored;
    if (this.#oval) this.showOval(this.#oval);
  }

  /** `oval`: unmirrored CSS px of the video. */
  showOval(oval: Oval): void {
    const stage = this.#find('.stage');
    if (!stage) return;
    this.#oval = oval;
    const ellipse = drawnEllipse(oval, stage.clientWidth, this.#isMirrored);
    this.#ellipse = ellipse;
    const path = ringPath(ellipse);
    this.#find('.shade')?.setAttribute('d', EVERYWHERE + path);
    this.#find('.ring')?.setAttribute('d', path);
    const outline = this.#find('.oval');
    for (const [name, value] of Object.entries(ellipse)) outline?.setAttribute(name, String(value));
    this.#find('.message')?.style.setProperty('--room', `${roomAbove(ellipse)}px`);
    this.#drawArrows();
    this.#fit();
  }

  #drawArrows(): void {
    const stage = this.#find('.stage');
    if (!stage) return;
    const size = { width: stage.clientWidth, height: stage.clientHeight };
    const { code } = this.#line;
    const shown = this.#ellipse && code ? arrows(code, this.#ellipse, size, this.#isMirrored) : [];
    for (const [index, element] of this.#root().querySelectorAll('.arrow').entries()) {
      const arrow = shown[index];
      // Ten units from tip to end.
      if (arrow)
        element.setAttribute(
          'transform',
          `translate(${arrow.x} ${arrow.y}) rotate(${arrow.turn}) scale(${arrow.size / 10})`,
        );
      else element.removeAttribute('transform');
    }
  }

  showProgress(fraction: number): void {
    const ring = this.#find<SVGElement>('.ring');
    if (!ring) return;
    ring.style.strokeDasharray = `${100 * fraction} 100`;
    // Its round end would be a dot.
    ring.style.visibility = fraction > 0 ? '' : 'hidden';
  }

  /** Draws a tick on the outline: a picture was taken. */
  showTick(): void {
    const tick = this.#find<SVGElement>('.tick');
    if (!tick || !this.#ellipse) return;
    const { cx, cy, ry } = this.#ellipse;
    tick.setAttribute('transform', `translate(${cx} ${cy + ry})`);
    clearTimeout(this.#tickTimer);
    tick.removeAttribute('data-shown');
    // A layout in between restarts the animation.
    tick.getBoundingClientRect();
    tick.setAttribute('data-shown', '');
    this.#tickTimer = setTimeout(() => tick.removeAttribute('data-shown'), TICK_MS);
  }

  /** The colour around the oval; null for dark. */
  showLight(color: string | null): void {
    const page = this.#find('.camera');
    if (color) page?.style.setProperty('--light', color);
    else page?.style.removeProperty('--light');
  }

  showLine(shown: Line): void {
    this.#line = shown;
    const line = this.#find('.instruction');
    const page = this.#find('.camera');
    if (!line || !page) return;
    line.textContent = shown.text;
    // The line has its own dark background over the camera's picture.
    line.style.color = shown.color && contrast(shown.color, BACKGROUND) >= MIN_CONTRAST ? shown.color : '';
    if (shown.code) page.dataset.code = shown.code;
    else delete page.dataset.code;
    this.#drawArrows();
    this.#fit();
  }

  /** Chooses the largest font with which the instruction fits into its place. */
  #fit(): void {
    const [message, line] = [this.#find('.message'), this.#find('.instruction')];
    if (!message || !line) return;
    line.removeAttribute('data-tight');
    for (const scale of FONT_SCALES) {
      line.style.setProperty('--fit', String(scale));
      if (line.offsetHeight <= message.clientHeight && line.scrollWidth <= line.clientWidth) return;
    }
    line.setAttribute('data-tight', '');
  }
}
