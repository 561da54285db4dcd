// Updates the camera page during a capture: instructions, hints, the list of cameras, and its buttons.

import type { InstructionCode, Oval } from '../engine/types.js';
import { speakAndVibrate } from '../ui/accessibility.js';
import { instructionText } from '../ui/instructions.js';
import type { CameraChoice, JourneyView, Page, PageContext } from '../ui/view.js';
import { Overlay } from './overlay.js';

/** How long a notice about the camera stays, ms. */
const NOTICE_MS = 5_000;

interface Line {
  text: string;
  color: string | null;
}

export class CameraPage {
  readonly #view: JourneyView;
  readonly #overlay: Overlay;
  #line: Line = { text: '', color: null };
  /** A notice that replaces all hints while it is shown. */
  #notice = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(view: JourneyView) {
    this.#view = view;
    this.#overlay = new Overlay(() => view.renderRoot);
  }

  get #context(): PageContext {
    if (!this.#view.context) throw new Error('the texts are not loaded');
    return this.#view.context;
  }

  get i18n() {
    return this.#context.i18n;
  }

  /** Resets the page for another capture. */
  reset(): void {
    this.#notice = '';
    clearTimeout(this.#timer);
  }

  #update(change: Partial<Extract<Page, { name: 'camera' }>>): void {
    const { page } = this.#view;
    if (page.name === 'camera') void this.#view.show({ ...page, ...change });
  }

  showHint(hint: string): void {
    this.#update({ hint: this.#notice || hint });
  }

  /** Shows a hint after a delay, unless a notice or `cancelHint` comes first. */
  showHintLater(hint: string, ms: number): void {
    this.#timer = setTimeout(() => this.showHint(hint), ms);
  }

  cancelHint(): void {
    if (!this.#notice) clearTimeout(this.#timer);
  }

  /** Shows a hint that stays long enough to be read, whatever follows. */
  showNotice(notice: string): void {
    this.#notice = notice;
    this.showHint(notice);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#notice = '';
      this.showHint('');
    }, NOTICE_MS);
  }

  showInstruction(code: InstructionCode): void {
    const { text, color, spoken } = instructionText(this.#context, code);
    this.showLine({ text, color }, spoken);
  }

  /** Shows a line over the picture and announces its spoken form. */
  showLine(line: Line, spoken: string): void {
    this.#line = line;
    this.#overlay.showLine(line.text, line.color);
    this.announce(spoken);
  }

  /** Shows a line without announcing it; `restoreLine` brings the last announced one back. */
  showSilently(text: string): void {
    this.#overlay.showLine(text, null);
  }

  restoreLine(): void {
    this.#overlay.showLine(this.#line.text, this.#line.color);
  }

  announce(text: string): void {
    this.#view.announce(text);
    speakAndVibrate(text, this.i18n.language);
  }

  showOval(oval: Oval): void {
    this.#overlay.showOval(oval, this.#view.video.clientWidth);
  }

  showProgress(fraction: number): void {
    this.#overlay.showProgress(fraction);
  }

  /** The colour of the light challenge; null for none. */
  showLight(color: string | null): void {
    this.#overlay.showLight(color);
  }

  mirror(isMirrored: boolean): void {
    this.#overlay.isMirrored = isMirrored;
    this.#update({ isMirrored });
  }

  showCameras(cameras: CameraChoice[], chosen: string): void {
    this.#update({ cameras, chosen });
  }

  /** Shows or hides the button that skips the light challenge. */
  async offerSkip(skip: (() => void) | null): Promise<void> {
    const { page } = this.#view;
    if (page.name === 'camera') await this.#view.show({ ...page, skip });
  }

  /** Shows a button for browsers that play the video only after a tap. */
  offerTap(): void {
    if (this.#view.page.name !== 'camera') return;
    const tap = () => {
      this.#update({ tap: null });
      this.#view.video.play().catch(() => this.offerTap());
    };
    this.#update({ hint: '', tap });
    this.announce(this.i18n.format('play_text'));
  }
}
