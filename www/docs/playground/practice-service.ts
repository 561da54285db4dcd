// Answers the page's API inside the preview, so that the element runs without a service: one session with the
// reader's UI configuration, whose verdict follows the chosen screen.

import type { AttemptView, HandoffCreated, HandoffView, SessionView, StatusView } from '../../src/api/openapi.js';
import type { ScreenName } from './state.js';

const HOUR_MS = 3_600_000;
/** How long an upload is "scored", ms. */
const SCORING_MS = 1500;
/** A public key for sealing: any 32 bytes are one. Nobody has the private key, and nothing is sent. */
const SEALING_KEY = 'CAkKCwwNDg8QERITFBUWFxgZGhscHR4fICEiIyQlJic';

/** The last page of each screen that begins with one. */
const VERDICTS: Partial<Record<ScreenName, Pick<StatusView, 'state' | 'result' | 'next' | 'triesLeft'>>> = {
  passed: verdict('succeeded', 'SUCCESS', true, 93, 0),
  failed: verdict('failed', 'SUCCESS', false, 0, 0),
  retry: verdict('retry', 'FACE_QUALITY_TOO_POOR', false, null, 2),
};

function verdict(
  state: StatusView['state'],
  code: NonNullable<StatusView['result']>['code'],
  passed: boolean,
  score: number | null,
  triesLeft: number,
): Pick<StatusView, 'state' | 'result' | 'next' | 'triesLeft'> {
  const next = { info: passed ? 'successNext' : 'failedNext', url: 'https://shop.example/' } as const;
  return { state, result: { attemptId: 'practice', code, passed, score }, next, triesLeft };
}

/** A practice session. */
export class PracticeService {
  readonly #screen: ScreenName;
  readonly #ui: Record<string, unknown>;
  readonly #isPhone: boolean;
  #status: StatusView;
  /** Long polls that wait for a change. */
  #waiting = new Set<() => void>();

  constructor(screen: ScreenName, ui: Record<string, unknown>, isPhone: boolean) {
    this.#screen = screen;
    this.#ui = ui;
    this.#isPhone = isPhone;
    const open = { version: '1', triesLeft: 3, result: null, next: null, handoff: null, active: true };
    const begins = VERDICTS[screen];
    // A reopened session that may try again shows the start page: that result comes while the page waits.
    const state = screen === 'expired' ? 'expired' : screen === 'scoring' || screen === 'retry' ? 'judging' : 'open';
    this.#status = { ...open, state, ...(begins && screen !== 'retry' ? begins : {}) };
    if (screen === 'retry') setTimeout(() => this.#become(VERDICTS.retry ?? {}), 0);
  }

  #become(change: Partial<StatusView>): void {
    this.#status = { ...this.#status, ...change, version: String(Number(this.#status.version) + 1) };
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  /** The body of the response to a request; `path` is relative to the API's root. */
  async answer(method: string, path: string, query: URLSearchParams, signal: AbortSignal | null): Promise<unknown> {
    const data = await this.#data(method, path, query, signal);
    return { transactionId: 'practice', code: 'SUCCESS', message: 'OK', extra: null, pricingStrategy: 'FREE', data };
  }

  async #data(method: string, path: string, query: URLSearchParams, signal: AbortSignal | null): Promise<unknown> {
    if (path === 'session') return this.#session(query.get('language') ?? 'en');
    if (path === 'status') {
      if (query.get('version') === this.#status.version) await this.#untilChange(signal);
      return this.#status;
    }
    if (path === 'attempts') return this.#attempt();
    if (path === 'handoff') return this.#handoff();
    if (method === 'PUT' && !path.endsWith('/video')) {
      this.#become({ state: 'judging' });
      setTimeout(() => this.#become(VERDICTS[this.#screen] ?? VERDICTS.passed ?? {}), SCORING_MS);
      return this.#status;
    }
    return null;
  }

  #untilChange(signal: AbortSignal | null): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.add(resolve);
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }

  #session(locale: string): SessionView {
    const now = Date.now();
    return {
      signatureId: 'practice',
      device: 'first',
      locale,
      ui: this.#ui as SessionView['ui'],
      iframe: false,
      messageOrigins: [],
      crossDevice: this.#screen === 'handoff' && !this.#isPhone ? 'first' : 'fallback',
      accessibility: 'offer',
      video: false,
      systemCamera: this.#isPhone,
      lightChallenge: false,
      motionChallenge: false,
      productLevel: 'STANDARD',
      sandbox: false,
      consent: null,
      limits: { imageBytes: 2_000_000, videoBytes: 64_000_000, totalBytes: 96_000_000, auditImages: 32 },
      serverTime: now,
      expiresAt: now + HOUR_MS,
      status: this.#status,
    };
  }

  #attempt(): AttemptView {
    const now = Date.now();
    const times = { issuedAt: now, serverTime: now, expiresAt: now + HOUR_MS };
    const challenges = { light: null, lightReplaceable: false, motion: null };
    return { attemptId: 'practice', nonce: 'practice', sealingKey: SEALING_KEY, ...times, ...challenges };
  }

  #handoff(): HandoffCreated {
    const handoff: HandoffView = {
      handoffId: 'practice',
      state: 'waiting',
      expiresAt: Date.now() + HOUR_MS,
      number: null,
      claimId: null,
    };
    this.#become({ handoff });
    return { url: `https://liveness.example/h5/#handoff=practice.${'0'.repeat(32)}`, handoff };
  }
}
