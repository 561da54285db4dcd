// The start page. On a computer it can offer the phone: beside the tips, or before them.

import type { SessionView } from '../api/openapi.js';
import { prefersReducedMotion } from '../capture/light-challenge.js';
import { phonePanel } from '../ui/pages/phone-panel.js';
import type { JourneyView } from '../ui/view.js';
import type { HandoffStep } from './handoff-step.js';
import type { PhonePlace } from './session-state.js';

interface StartScreenOptions {
  session: SessionView;
  place: PhonePlace;
  /** Starts the capture on this device. */
  begin: () => void;
  /** Continues on another device; null if the page does not offer it, or only by its panel. */
  handOff: (() => void) | null;
}

export class StartScreen {
  readonly #view: JourneyView;
  readonly #options: StartScreenOptions;
  #place: PhonePlace;
  #link: HandoffStep | null = null;

  constructor(view: JourneyView, options: StartScreenOptions) {
    this.#view = view;
    this.#options = options;
    this.#place = options.place;
  }

  /** Shows the page; `link` is the phone's, null until there is one. */
  async show(link: HandoffStep | null = this.#link): Promise<void> {
    this.#link = link;
    const { context } = this.#view;
    if (!context) throw new Error('the texts are not loaded');
    // Without a link there is nothing to offer.
    if (link?.isExhausted) this.#place = null;
    const { session, begin, handOff } = this.#options;
    const isFirst = this.#place === 'first';
    await this.#view.show({
      name: 'tips',
      hasVideo: session.video,
      hasLight: session.lightChallenge && !prefersReducedMotion(),
      hasPath: session.motionChallenge,
      offersMoreTime: session.accessibility !== 'off',
      isSandbox: session.sandbox,
      start: isFirst ? () => this.#showTips() : begin,
      handOff,
      aside: this.#place && phonePanel(context, link, isFirst),
      asideFirst: isFirst,
    });
  }

  /** The person prefers this computer: the tips come first, and the phone is still offered beside them. */
  #showTips(): void {
    this.#place = 'beside';
    void this.show();
  }
}
