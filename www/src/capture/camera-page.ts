// Updates the camera page during a capture: instructions, hints, the list of cameras, and its buttons.

import type { InstructionCode, Oval } from '../engine/types.js';
import { storage } from '../lib/storage.js';
import { speak, speakAndVibrate, vibrateForPicture } from '../ui/accessibility.js';
import { instructionText } from '../ui/instructions.js';
import type { CameraChoice, CameraPage as Content, JourneyView, PageContext } from '../ui/view.js';
import { type Line, Overlay } from './overlay.js';

/** How long a notice about the camera stays, ms. */
const NOTICE_MS = 5_000;
/** Whether this tab has shown the hint for the first capture. */
const HINT_KEY = 'nearfar-hint';

export class CameraPage {
  readonly #view: JourneyView;
  readonly #overlay: Overlay;
  #line: Line = { text: '', color: null, code: null };
  /** The text that is shown in place of the line, until `restoreLine`. */
  #isReplaced = false;
  /** A notice that replaces all hints while it is shown. */
  #notice = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The first instruction while the hint for the first capture is shown; `any` before it. */
  #hinted: InstructionCode | 'any' | null = null;

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

  /** Begins with a page without a picture. */
  begin(): void {
    this.#update({ state: 'starting', hint: '', step: null, pause: null });
    this.#overlay.begin();
  }

  /** Resets the page for another capture. */
  reset(): void {
    this.#notice = '';
    this.#hinted = null;
    this.#isReplaced = false;
    this.#line = { text: '', color: null, code: null };
    clearTimeout(this.#timer);
    this.#overlay.end();
  }

  #update(change: Partial<Content>): void {
    const { page } = this.#view;
    if (page.name === 'camera') void this.#view.show({ ...page, ...change });
  }

  /** Shows what the browser asks, and after `slowMs` where to find its question. */
  showQuestion(slowMs: number): void {
    const show = (text: string) => {
      this.#update({ state: 'asking', hint: text });
      this.announce(text);
    };
    show(this.i18n.format('camera_ask'));
    this.#timer = setTimeout(() => show(this.i18n.format('camera_ask_slow')), slowMs);
  }

  /** The browser's question is answered, or a camera starts for another reason. */
  showStart(): void {
    const { page } = this.#view;
    clearTimeout(this.#timer);
    if (page.name === 'camera' && page.state === 'asking') this.#update({ state: 'starting' });
    this.showHint(this.i18n.format('starting_camera'));
  }

  /** The camera shows a picture. */
  showPicture(): void {
    const { page } = this.#view;
    if (page.name === 'camera' && page.state !== 'live') this.#update({ state: 'live' });
  }

  showHint(hint: string): void {
    this.#update({ hint: this.#notice || hint });
  }

  /** Shows a notice that stays long enough to be read, whatever follows. */
  showNotice(notice: string): void {
    this.#notice = notice;
    this.showHint(notice);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#notice = '';
      this.showHint('');
    }, NOTICE_MS);
  }

  /** Shows how the capture works, the first time in this tab, until the first instruction is followed. */
  showFirstHint(): void {
    const isFirst = storage.read(HINT_KEY) !== '1';
    if (isFirst) this.#hinted ??= 'any';
    this.showHint(isFirst ? this.i18n.format('hint_first') : '');
  }

  #endFirstHint(): void {
    if (this.#hinted === null) return;
    this.#hinted = null;
    storage.write(HINT_KEY, '1');
    this.showHint('');
  }

  /** The picture that is taken next. */
  showStep(step: number, count: number): void {
    if (step > 1) this.#endFirstHint();
    this.#update({ step: { step, count } });
  }

  showInstruction(code: InstructionCode): void {
    if (this.#hinted === 'any') this.#hinted = code;
    else if (this.#hinted !== code) this.#endFirstHint();
    const { text, color, spoken } = instructionText(this.#context, code);
    this.#showLine({ text, color, code });
    this.announce(spoken);
  }

  /** Shows a text over the picture and announces its spoken form; null for no announcement. */
  showText(text: string, spoken: string | null = text): void {
    this.#showLine({ text, color: null, code: null });
    if (spoken) this.announce(spoken);
  }

  #showLine(line: Line): void {
    this.#line = line;
    if (!this.#isReplaced) this.#overlay.showLine(line);
  }

  /** Shows a text in place of the line, without announcing it; `restoreLine` brings the line back. */
  showSilently(text: string): void {
    this.#isReplaced = true;
    this.#overlay.showLine({ text, color: null, code: null });
  }

  restoreLine(): void {
    this.#isReplaced = false;
    this.#overlay.showLine(this.#line);
  }

  announce(text: string): void {
    this.#view.announce(text);
    speakAndVibrate(text, this.i18n.language);
  }

  /** A picture was taken: a tick, a vibration, and the text if there is one. */
  showTaken(text: string | null): void {
    this.#overlay.showTick();
    vibrateForPicture();
    if (!text) return;
    this.#view.announce(text);
    speak(text, this.i18n.language);
  }

  showOval(oval: Oval): void {
    this.#overlay.showOval(oval);
  }

  showProgress(fraction: number): void {
    this.#overlay.showProgress(fraction);
  }

  /** The colour of the light challenge; null for none. */
  showLight(color: string | null): void {
    this.#overlay.showLight(color);
  }

  mirror(isMirrored: boolean): void {
    this.#overlay.mirror(isMirrored);
    this.#update({ isMirrored });
  }

  showCameras(cameras: CameraChoice[], chosen: string): void {
    this.#update({ cameras, chosen });
  }

  /** Shows or hides the button that pauses. */
  offerPause(pause: Content['pause']): void {
    this.#update({ pause });
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
