// The result page, with the countdown until the person is sent on.

import type { StatusView } from '../api/openapi.js';
import type { Face, JourneyView, ResultDetails } from '../ui/view.js';
import { isOver } from './session-state.js';

const COUNTDOWN_SECONDS = 5;

interface ResultActions {
  face: Face | null;
  again: (() => void) | null;
  next: (() => void) | null;
  handOff: (() => void) | null;
  isSandbox: boolean;
}

export class ResultPage {
  readonly #view: JourneyView;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(view: JourneyView) {
    this.#view = view;
  }

  /** Stops the countdown. */
  end(): void {
    clearTimeout(this.#timer);
  }

  /**
   * Shows the result. If the session is over, the person is sent on automatically unless the configuration forbids it.
   */
  async show(status: StatusView, { face, again, next, handOff, isSandbox }: ResultActions): Promise<void> {
    const ui = this.#view.context?.ui;
    const flag = (name: string, fallback: boolean) => ui?.flag('ResultPage', name, fallback) ?? fallback;
    const over = isOver(status);
    const leave = status.next && (over || !flag('nextStepButtonInvisibleBeforeTryCountUseUp', false)) ? next : null;
    const hasCountdown = leave !== null && over && !flag('closeCountdownLogic', false);
    const result: ResultDetails = {
      passed: status.state === 'succeeded',
      code: status.result?.code ?? null,
      score: status.result?.score ?? null,
      triesLeft: status.triesLeft,
      countdown: hasCountdown ? COUNTDOWN_SECONDS : null,
      stay: hasCountdown ? () => void this.#stay(result) : null,
      face: flag('faceShow', false) ? face : null,
      again: over ? null : again,
      handOff: over ? null : handOff,
      isSandbox,
      next: leave,
    };
    await this.#view.show({ name: 'result', result });
    if (hasCountdown) this.#countDown(result);
  }

  /** Stops the countdown and moves the focus to "next", because the pressed button disappears. */
  async #stay(result: ResultDetails): Promise<void> {
    this.end();
    await this.#view.show({ name: 'result', result: { ...result, countdown: null, stay: null } });
    this.#view.renderRoot.querySelector<HTMLElement>('[part~="next"]')?.focus();
  }

  #countDown(result: ResultDetails): void {
    this.#timer = setTimeout(() => {
      const countdown = (result.countdown ?? 0) - 1;
      if (countdown <= 0) return void result.next?.();
      const next = { ...result, countdown };
      void this.#view.show({ name: 'result', result: next });
      this.#countDown(next);
    }, 1000);
  }
}
