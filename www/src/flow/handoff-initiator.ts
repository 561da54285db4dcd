// The first device of the cross-device process: a link, the word that the right device has opened it, and the wait.

import { pauseAfterAnswer, pauseAfterFailure } from '../api/backoff.js';
import { type Service, ServiceError } from '../api/client.js';
import type { HandoffView, SessionState, StatusView } from '../api/openapi.js';
import type { Glue } from '../engine/loader.js';
import type { HandoffStage } from '../engine/types.js';
import { sleep, woken } from '../lib/abort.js';
import { storage } from '../lib/storage.js';
import type { Screen } from '../ui/screen.js';
import { persistently } from './delivery.js';

/** The link is told once; a reload of the page finds it here. */
const KEPT = 'nearfar-link';

/** States of a session in which somebody may still do something. */
const GOING_ON: SessionState[] = ['open', 'retry', 'judging'];

interface Kept {
  id: string;
  url: string;
}

function kept(id: string | undefined): Kept | null {
  try {
    const link = JSON.parse(storage.read(KEPT) ?? 'null') as Kept | null;
    return link?.id === id ? link : null;
  } catch {
    // Not what this page has written.
    return null;
  }
}

interface Given {
  service: Service;
  screen: Screen;
  /** Its part: what to show. */
  module: Pick<Glue, 'handoffStage'>;
  denied: boolean;
  clockOffset: number;
  language: string;
  /** Ended when the page is left. */
  signal: AbortSignal;
}

/** One wait for a second device. */
export class Handing {
  readonly #given: Given;
  readonly #end = new AbortController();
  #status: StatusView;
  #url = '';
  /** The session has had as many links as it may. */
  #isExhausted = false;

  constructor(given: Given, status: StatusView) {
    this.#given = given;
    this.#status = status;
    given.signal.addEventListener('abort', () => this.#end.abort());
  }

  /**
   * Shows the link (a new one, unless there is one that still leads somewhere) and waits.
   * @returns the status once the session is over; null when the person wants to go on here
   */
  async run(): Promise<StatusView | null> {
    const link = this.#status.handoff;
    this.#url = kept(link?.handoffId)?.url ?? '';
    const goesOn = link && link.state !== 'ended' && (this.#url !== '' || link.state !== 'waiting');
    if (!goesOn) await this.#fresh();
    this.#show();
    await this.#poll();
    return this.#end.signal.aborted ? null : this.#status;
  }

  async #fresh(): Promise<void> {
    const ask = () => this.#given.service.handoff();
    const made = await persistently(ask, () => undefined, this.#end.signal).catch((error) => {
      if (!(error instanceof ServiceError) || error.code !== 'HANDOFF_LIMIT') throw error;
      this.#isExhausted = true;
    });
    if (!made) return;
    const { url, handoff } = made;
    const address = new URL(url);
    address.searchParams.set('language', this.#given.language);
    this.#url = address.href;
    storage.write(KEPT, JSON.stringify({ id: handoff.handoffId, url: this.#url } satisfies Kept));
    this.#status = { ...this.#status, handoff };
  }

  async #poll(): Promise<void> {
    const { service } = this.#given;
    let failures = 0;
    while (!this.#end.signal.aborted) {
      const { signal, end } = woken(this.#end.signal);
      const asked = performance.now();
      let pause: number;
      try {
        this.#status = await service.status(this.#status.version, signal);
        if (!GOING_ON.includes(this.#status.state)) break;
        this.#show();
        failures = 0;
        pause = pauseAfterAnswer(performance.now() - asked);
      } catch (error) {
        if (!(error instanceof ServiceError) || error.retryAfter === null) throw error;
        pause = pauseAfterFailure(failures++, error.retryAfter, Math.random());
      }
      await sleep(pause, signal);
      if (signal.aborted) failures = 0;
      end();
    }
  }

  /** Does what the person wants of the link, and shows what came of it. */
  #act(what: () => Promise<HandoffView | undefined>): void {
    what()
      .catch((error) => {
        // The poll tells how it stands, and nobody waits for it any more who went back.
        if (!this.#end.signal.aborted && !(error instanceof ServiceError)) throw error;
        return undefined;
      })
      .then((handoff) => {
        if (handoff) this.#status = { ...this.#status, handoff };
        this.#show();
      });
  }

  #show(): void {
    const { screen, module, denied, clockOffset, service } = this.#given;
    const link = this.#status.handoff;
    if (!link || this.#end.signal.aborted) return;
    const stage = module.handoffStage(link.state, this.#status.state === 'judging') as HandoffStage | undefined;
    const isExhausted = this.#isExhausted && stage !== 'started';
    const fresh = () =>
      this.#act(async () => {
        await this.#fresh();
        return undefined;
      });
    void screen.show({
      name: 'handoff',
      link: {
        stage: isExhausted ? 'link_ended' : (stage ?? 'link_ended'),
        isExhausted,
        url: this.#url,
        until: link.expiresAt - clockOffset,
        number: link.number ?? '',
        denied,
        fresh,
        same: () => this.#act(() => service.confirm(link.handoffId, link.claimId ?? '', link.number ?? '')),
        back: () => this.#end.abort(),
      },
    });
  }
}
