// The page's own API, as crates/protocol words it.

import { linked } from '../lib/abort.js';
import { userAgent } from '../lib/browser.js';
import { findCause } from './failure-cause.js';
import type {
  AttemptView,
  ConsentView,
  HandoffCreated,
  HandoffView,
  NewAttempt,
  Problem,
  SessionView,
  StatusView,
} from './openapi.js';
import { type Asked, address, type Data, type Method, type Operation, type Route } from './operations.js';
import { readAnswer, ServiceError } from './response.js';

export { ServiceError };

/** The longest wait of a status request, s. The service has its own limit too. */
const POLL_SECONDS = 20;
/** A request without an answer for so long was lost, as when the device slept. */
const LOST_MS = 60_000;

/** The time by which an answer's dates are meant, Unix ms: the server's, where it tells; devices' clocks can be wrong. */
function timeOf(date: string | null): number {
  const told = Date.parse(date ?? '');
  return Number.isFinite(told) ? told : Date.now();
}

/** Which challenges the page can put to the person. */
export type Able = Required<Pick<NewAttempt, 'motion' | 'lightUnwanted'>>;

/** Talks to the service for one session. */
export class Service {
  readonly #base: URL;
  #headers: Record<string, string> = {};
  /** Whether an answer was read: from then on the service is known to let this page's origin do so. */
  #wasRead = false;

  /** `folder`: where the hosted page is. */
  constructor(folder: URL, token: string | null) {
    this.#base = new URL('api/v1/', folder);
    if (token !== null) this.#signIn(token);
  }

  #signIn(token: string): void {
    this.#headers = { Authorization: `Bearer ${token}` };
  }

  /** Nothing came back: finds out why, as far as a page can. A request that `signal` ended has nothing to find out. */
  async #unanswered(why: string, signal?: AbortSignal | null): Promise<ServiceError> {
    if (signal?.aborted) return new ServiceError('ENDED', why, 0);
    const cause = await findCause(this.#base);
    if (cause === 'network') return new ServiceError('NETWORK', why, 0);
    // An origin that was let in is not shut out on the way: something else answered, and may let it in again.
    if (cause === 'foreign' || this.#wasRead) return new ServiceError('FOREIGN', why, 0);
    const message = `${this.#base.origin} does not answer pages of ${location.origin}: its cors_origins lacks it`;
    console.error(message);
    return new ServiceError('ORIGIN_REFUSED', message, null);
  }

  async #ask<M extends Method, R extends Route<M>>(
    method: M,
    route: R,
    asked: Asked<Operation<M, R>>,
    whole: AbortSignal | null = null,
  ): Promise<Data<Operation<M, R>>> {
    const json = asked.body ? { 'Content-Type': 'application/json' } : {};
    const body = asked.body ? JSON.stringify(asked.body) : null;
    const { signal, end } = linked(whole, LOST_MS);
    const options = { method: method.toUpperCase(), headers: { ...this.#headers, ...json }, body, signal };
    let response: Response;
    let text: string;
    try {
      response = await fetch(address(this.#base, route, asked), { ...options, cache: 'no-store' });
      text = await response.text();
    } catch (error) {
      throw await this.#unanswered(String(error), whole);
    } finally {
      end();
    }
    this.#wasRead = true;
    const { status, headers: told } = response;
    return readAnswer({ status, text, retryAfter: told.get('retry-after'), now: timeOf(told.get('date')) });
  }

  session(language: string): Promise<SessionView> {
    return this.#ask('get', 'session', { query: { language } });
  }

  /** The status as soon as it is another one than `version`, or after a while; `signal` ends the wait. */
  status(version?: string, signal: AbortSignal | null = null): Promise<StatusView> {
    const query = version === undefined ? {} : { version, wait: POLL_SECONDS };
    return this.#ask('get', 'status', { query }, signal);
  }

  /** A link for a second device. */
  handoff(): Promise<HandoffCreated> {
    return this.#ask('post', 'handoff', {});
  }

  /** The word that the second device shows the number of this claim. */
  confirm(id: string, claimId: string, number: string): Promise<HandoffView> {
    return this.#ask('post', 'handoff/{id}/confirm', { path: { id }, body: { claimId, number } });
  }

  /** Opens a link as the second device, which this is from now on. */
  async claim(link: string, deviceId: string): Promise<void> {
    const { token } = await this.#ask('post', 'handoff/claim', { body: { link, deviceId } });
    this.#signIn(token);
  }

  /** What the person has answered to the text of a study's consent. */
  consent(version: string, agrees: boolean): Promise<ConsentView> {
    return this.#ask('post', 'consent', { body: { version, agrees } });
  }

  /** A nonce for an attempt, with the challenges that the page can put to the person; the same id gets the same ones. */
  attempt(attemptId: string, able: Able): Promise<AttemptView> {
    return this.#ask('post', 'attempts', { body: { attemptId, ...able } });
  }

  /** Sends an attempt, sealed; the same again gets the same answer. `onProgress` is told the share that was sent. */
  upload(id: string, sealed: Blob, onProgress: (share: number) => void, signal: AbortSignal): Promise<StatusView> {
    return this.#send('attempts/{id}', { path: { id } }, sealed, onProgress, signal);
  }

  /** Sends the video of an attempt that was received; the same again gets the same answer. */
  async video(id: string, video: Blob, onProgress: (share: number) => void, signal: AbortSignal): Promise<void> {
    await this.#send('attempts/{id}/video', { path: { id } }, video, onProgress, signal);
  }

  #send<R extends Route<'put'>>(
    route: R,
    asked: Asked<Operation<'put', R>>,
    body: Blob,
    onProgress: (share: number) => void,
    signal: AbortSignal,
  ): Promise<Data<Operation<'put', R>>> {
    return new Promise((resolve, reject) => {
      // fetch does not tell how much of a request was sent.
      const request = new XMLHttpRequest();
      request.open('PUT', address(this.#base, route, asked));
      for (const [name, value] of Object.entries(this.#headers)) request.setRequestHeader(name, value);
      const { signal: over, end } = linked(null);
      const abort = () => request.abort();
      signal.addEventListener('abort', abort, { signal: over });
      let timer = setTimeout(abort, LOST_MS);
      request.upload.onprogress = ({ loaded, total }) => {
        clearTimeout(timer);
        timer = setTimeout(abort, LOST_MS);
        onProgress(total ? loaded / total : 0);
      };
      request.onloadend = () => {
        clearTimeout(timer);
        end();
      };
      const broke = () => void this.#unanswered('the connection broke', signal).then(reject);
      request.onerror = broke;
      request.onabort = broke;
      request.onload = () => {
        try {
          const { status, responseText: text } = request;
          const retryAfter = request.getResponseHeader('retry-after');
          // Only if needed: browsers complain about each header that they do not show.
          const date = retryAfter === null ? null : request.getResponseHeader('date');
          resolve(readAnswer({ status, text, retryAfter, now: timeOf(date) }));
        } catch (error) {
          reject(error);
        }
      };
      request.send(body);
    });
  }

  /** Tells of a problem. That it cannot be told is no problem of the person's. */
  report(code: Problem['code'], message: string, instruction: string | null = null): void {
    const body = { code, message: message.slice(0, 500), userAgent: userAgent().slice(0, 500), instruction };
    this.#ask('post', 'problems', { body }).catch(() => undefined);
  }
}
