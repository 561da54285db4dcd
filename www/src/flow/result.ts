// The page of a result, and the seconds until the person is sent on.

import type { StatusView } from '../api/openapi.js';
import type { Face, Outcome, Screen } from '../ui/screen.js';

const COUNTDOWN_SECONDS = 5;

/** Where the person may go from the page. */
interface WaysOn {
  face: Face | null;
  again: (() => void) | null;
  next: (() => void) | null;
}

/** Whether a session has come to its end. */
export function isOver({ state }: StatusView): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'expired';
}

export class ResultPage {
  readonly #screen: Screen;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /** Nobody is sent on any more. */
  end(): void {
    clearTimeout(this.#timer);
  }

  /** Shows how it came out. Where the session is over, the way on is taken by itself, unless the configuration says no. */
  async show(status: StatusView, { face, again, next }: WaysOn): Promise<void> {
    const look = this.#screen.setting?.look;
    const flag = (name: string, otherwise: boolean) => look?.flag('ResultPage', name, otherwise) ?? otherwise;
    const over = isOver(status);
    const leave = status.next && (over || !flag('nextStepButtonInvisibleBeforeTryCountUseUp', false)) ? next : null;
    const counts = leave !== null && over && !flag('closeCountdownLogic', false);
    const outcome: Outcome = {
      passed: status.state === 'succeeded',
      code: status.result?.code ?? null,
      score: status.result?.score ?? null,
      triesLeft: status.triesLeft,
      countdown: counts ? COUNTDOWN_SECONDS : null,
      stay: counts ? () => void this.#stay(outcome) : null,
      face: flag('faceShow', false) ? face : null,
      again: over ? null : again,
      next: leave,
    };
    await this.#screen.show({ name: 'result', outcome });
    if (counts) this.#countDown(outcome);
  }

  /** Stops the countdown; the button that leads on is there instead of the one that was pressed. */
  async #stay(outcome: Outcome): Promise<void> {
    this.end();
    await this.#screen.show({ name: 'result', outcome: { ...outcome, countdown: null, stay: null } });
    this.#screen.renderRoot.querySelector<HTMLElement>('[part~="next"]')?.focus();
  }

  #countDown(outcome: Outcome): void {
    this.#timer = setTimeout(() => {
      const countdown = (outcome.countdown ?? 0) - 1;
      if (countdown <= 0) return void outcome.next?.();
      const next = { ...outcome, countdown };
      void this.#screen.show({ name: 'result', outcome: next });
      this.#countDown(next);
    }, 1000);
  }
}
