// The first device of a handoff: shows a link, confirms the device that opened it, and waits for that device.

import { pauseAfterFailure, pauseAfterResponse } from '../api/backoff.js';
import { type ServiceClient, ServiceError } from '../api/client.js';
import type { HandoffView, StatusView } from '../api/openapi.js';
import { type AbortHandle, linkedAbort } from '../lib/abort.js';
import { storage } from '../lib/storage.js';
import { abortOnWake, sleep } from '../lib/waits.js';
import { retry } from './delivery.js';
import type { HandoffStep } from './handoff-step.js';
import { handoffStage, isOver } from './session-state.js';

/** The service sends a link only once; a reload of the page finds it here. */
const STORAGE_KEY = 'nearfar-link';

interface StoredLink {
  id: string;
  url: string;
}

function storedLink(id: string | undefined): StoredLink | null {
  try {
    const link = JSON.parse(storage.read(STORAGE_KEY) ?? 'null') as StoredLink | null;
    return link?.id === id ? link : null;
  } catch {
    // Written by something else.
    return null;
  }
}

/** A wait for a second device. */
export interface HandoffContext {
  service: ServiceClient;
  /** Shows every change. */
  show: (step: HandoffStep) => void;
  /** Replaces an expired link while the page is visible; otherwise the person creates another one. */
  renews: boolean;
  clockOffset: number;
  language: string;
  /** Aborted when the page is left. */
  signal: AbortSignal;
}

/** One wait for a second device. */
export class HandoffInitiator {
  readonly #context: HandoffContext;
  readonly #end: AbortHandle;
  #status: StatusView;
  #url = '';
  /** The session has used up its links. */
  #isExhausted = false;
  /** Whether an expired link may be replaced without asking. After a failure the person decides. */
  #mayRenew: boolean;
  /** Whether the device's clock knows when a link expires: not if it has jumped past a new link's end. */
  #isClockTrusted = true;
  /** Fires when the link expires. */
  #expiry: ReturnType<typeof setTimeout> | undefined;

  constructor(context: HandoffContext, status: StatusView) {
    this.#context = context;
    this.#status = status;
    this.#mayRenew = context.renews;
    // The page may have been left before.
    this.#end = linkedAbort(context.signal);
  }

  /**
   * Shows the current link, or a new one if that can no longer be used, and waits.
   * @returns the status once the session is over; null if the person wants to continue on this device
   */
  async run(): Promise<StatusView | null> {
    const link = this.#status.handoff;
    this.#url = storedLink(link?.handoffId)?.url ?? '';
    const isUsable = link && link.state !== 'ended' && (this.#url !== '' || link.state !== 'waiting');
    try {
      if (!isUsable) await this.#createLink();
      this.#show();
      await this.#poll();
    } finally {
      clearTimeout(this.#expiry);
    }
    const final = this.#end.signal.aborted ? null : this.#status;
    // An action that is still under way must not show anything any more.
    this.#end.abort();
    return final;
  }

  async #createLink(): Promise<void> {
    const request = () => this.#context.service.handoff();
    const created = await retry(request, () => undefined, this.#end.signal).catch((error) => {
      if (!(error instanceof ServiceError) || error.code !== 'HANDOFF_LIMIT') throw error;
      this.#isExhausted = true;
    });
    if (!created) return;
    const { url, handoff } = created;
    const address = new URL(url);
    address.searchParams.set('language', this.#context.language);
    this.#url = address.href;
    storage.write(STORAGE_KEY, JSON.stringify({ id: handoff.handoffId, url: this.#url } satisfies StoredLink));
    this.#status = { ...this.#status, handoff };
    this.#mayRenew = this.#context.renews;
    this.#isClockTrusted = this.#timeLeft(handoff) > 0;
  }

  /** Until the link expires, ms, by the device's clock. */
  #timeLeft({ expiresAt }: HandoffView): number {
    return expiresAt - this.#context.clockOffset - Date.now();
  }

  /** Polls the status. Unlike `nextStatus` it asks at once when the person comes back from the other device. */
  async #poll(): Promise<void> {
    const { service } = this.#context;
    let failures = 0;
    while (!this.#end.signal.aborted) {
      const { signal, abort } = abortOnWake(this.#end.signal);
      const sent = performance.now();
      let pause: number;
      try {
        this.#status = await service.status(this.#status.version, signal);
        if (isOver(this.#status)) break;
        this.#show();
        failures = 0;
        pause = pauseAfterResponse(performance.now() - sent);
      } catch (error) {
        if (!(error instanceof ServiceError) || error.retryAfter === null) throw error;
        pause = pauseAfterFailure(failures++, error.retryAfter, Math.random());
      }
      await sleep(pause, signal);
      if (signal.aborted) failures = 0;
      abort();
    }
  }

  /** Runs an action on the link and shows the result. */
  #act(action: () => Promise<HandoffView | undefined>): void {
    action()
      .catch((error) => {
        // The next poll shows the link's state; after "back" the error does not matter.
        if (!this.#end.signal.aborted && !(error instanceof ServiceError)) throw error;
        return undefined;
      })
      .then((handoff) => {
        if (handoff) this.#status = { ...this.#status, handoff };
        this.#show();
      });
  }

  readonly #replaceLink = (): void =>
    this.#act(async () => {
      await this.#createLink();
      return undefined;
    });

  /** Shows the end of a link when it expires: the next answer of the service may take half a minute. */
  #watchExpiry(link: HandoffView): void {
    clearTimeout(this.#expiry);
    // Without a clock, the next answer of the service shows that the link has expired.
    if (link.state !== 'waiting' || !this.#isClockTrusted) return;
    const end = () => {
      if (this.#status.handoff === link) this.#status = { ...this.#status, handoff: { ...link, state: 'ended' } };
      this.#show();
    };
    this.#expiry = setTimeout(end, Math.max(0, this.#timeLeft(link)));
  }

  #show(): void {
    const { show, clockOffset, service } = this.#context;
    const link = this.#status.handoff;
    if (!link || this.#end.signal.aborted) return;
    this.#watchExpiry(link);
    const stage = handoffStage(link.state, this.#status.state === 'judging');
    const isExhausted = this.#isExhausted && stage !== 'started';
    if (stage === 'link_ended' && !isExhausted && this.#mayRenew && !document.hidden) {
      this.#mayRenew = false;
      this.#replaceLink();
      return;
    }
    show({
      stage: isExhausted ? 'link_ended' : stage,
      isExhausted,
      url: this.#url,
      expiresAt: link.expiresAt - clockOffset,
      number: link.number ?? '',
      createLink: this.#replaceLink,
      confirm: () => this.#act(() => service.confirm(link.handoffId, link.claimId ?? '', link.number ?? '')),
      back: () => this.#end.abort(),
    });
  }
}
