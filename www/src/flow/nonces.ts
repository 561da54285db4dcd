// Nonces of attempts: one after the other, for the service counts the starts.

import type { Able, Service } from '../api/client.js';
import { withOffset } from '../api/server-time.js';
import type { Nonce } from './attempt.js';
import { persistently, type Tell } from './delivery.js';

export class Nonces {
  readonly #service: Service;
  /** The last question. */
  #asked: Promise<unknown> = Promise.resolve();

  constructor(service: Service) {
    this.#service = service;
  }

  /** Asks once the question before is answered, also where that attempt was cancelled. */
  take(id: string, able: Able, tell: Tell, signal: AbortSignal): Promise<Nonce> {
    // Each answer with its own offset: since the one before, the device may have slept or its clock been set.
    const start = () => withOffset(() => this.#service.attempt(id, able));
    const ask = () => persistently(start, tell, signal);
    const asked = this.#asked.then(ask, ask);
    this.#asked = asked;
    return asked;
  }
}
