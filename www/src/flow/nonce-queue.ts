// Requests nonces for attempts one at a time, because the service counts the attempts that are started.

import type { Capabilities, ServiceClient } from '../api/client.js';
import { withClockOffset } from '../api/server-time.js';
import type { IssuedAttempt } from './attempt.js';
import { type OnProgress, retry } from './delivery.js';

export class NonceQueue {
  readonly #service: ServiceClient;
  /** The last request. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(service: ServiceClient) {
    this.#service = service;
  }

  /** Sends the request once the one before has finished, even if that attempt was cancelled. */
  request(id: string, capabilities: Capabilities, onProgress: OnProgress, signal: AbortSignal): Promise<IssuedAttempt> {
    // Measure the offset each time: since the last response the device may have slept or its clock been set.
    const send = () => withClockOffset(() => this.#service.attempt(id, capabilities));
    const next = () => retry(send, onProgress, signal);
    const response = this.#last.then(next, next);
    this.#last = response;
    return response;
  }
}
