// The client of the page API, whose messages `crates/protocol` defines.

import { linkedAbort } from '../lib/abort.js';
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
import {
  type Method,
  type Operation,
  type RequestOptions,
  type ResponseData,
  type Route,
  requestUrl,
} from './operations.js';
import { parseResponse, ServiceError } from './response.js';

export { ServiceError };

/** How long the service may hold a status request, s. It has its own limit too. */
const POLL_SECONDS = 20;
/** A request without a response for this long is lost, for example because the device slept. */
const REQUEST_TIMEOUT_MS = 60_000;

/**
 * The time to which a response's dates refer, Unix ms: the server's if it sends one, for device clocks can be wrong.
 */
function responseTime(date: string | null): number {
  const serverTime = Date.parse(date ?? '');
  return Number.isFinite(serverTime) ? serverTime : Date.now();
}

/** The challenges that the page can present, and whether the person takes more time. */
export type Capabilities = Required<Pick<NewAttempt, 'motion' | 'lightUnwanted' | 'moreTime'>>;

/** Sends requests for one session. */
export class ServiceClient {
  readonly #base: URL;
  #headers: Record<string, string> = {};
  /** Whether a response was read: the service is then known to allow this page's origin. */
  #hasReadResponse = false;

  /** `folder`: the folder of the hosted page. */
  constructor(folder: URL, token: string | null) {
    this.#base = new URL('api/v1/', folder);
    if (token !== null) this.#setToken(token);
  }

  #setToken(token: string): void {
    this.#headers = { Authorization: `Bearer ${token}` };
  }

  /** The error for a request without a response, with its cause as far as a page can find out. */
  async #noResponse(message: string, signal?: AbortSignal | null): Promise<ServiceError> {
    if (signal?.aborted) return new ServiceError('ENDED', message, 0);
    const cause = await findCause(this.#base);
    if (cause === 'network') return new ServiceError('NETWORK', message, 0);
    // An origin that was allowed before stays allowed: something else answered, and may let the request through later.
    if (cause === 'foreign' || this.#hasReadResponse) return new ServiceError('FOREIGN', message, 0);
    const refusal = `${this.#base.origin} does not allow requests from ${location.origin}: add it to cors_origins`;
    return new ServiceError('ORIGIN_REFUSED', refusal, null);
  }

  async #request<M extends Method, R extends Route<M>>(
    method: M,
    route: R,
    options: RequestOptions<Operation<M, R>>,
    parent: AbortSignal | null = null,
  ): Promise<ResponseData<Operation<M, R>>> {
    const json = options.body ? { 'Content-Type': 'application/json' } : {};
    const body = options.body ? JSON.stringify(options.body) : null;
    const { signal, abort } = linkedAbort(parent, REQUEST_TIMEOUT_MS);
    const init = { method: method.toUpperCase(), headers: { ...this.#headers, ...json }, body, signal };
    let response: Response;
    let text: string;
    try {
      response = await fetch(requestUrl(this.#base, route, options), { ...init, cache: 'no-store' });
      text = await response.text();
    } catch (error) {
      throw await this.#noResponse(String(error), parent);
    } finally {
      abort();
    }
    this.#hasReadResponse = true;
    const { status, headers } = response;
    const now = responseTime(headers.get('date'));
    return parseResponse({ status, text, retryAfter: headers.get('retry-after'), now });
  }

  session(language: string): Promise<SessionView> {
    return this.#request('get', 'session', { query: { language } });
  }

  /** The status, once it differs from `version` or after a while; `signal` ends the wait. */
  status(version?: string, signal: AbortSignal | null = null): Promise<StatusView> {
    const query = version === undefined ? {} : { version, wait: POLL_SECONDS };
    return this.#request('get', 'status', { query }, signal);
  }

  /** Creates a link for a second device. */
  handoff(): Promise<HandoffCreated> {
    return this.#request('post', 'handoff', {});
  }

  /** Confirms that the second device shows the number of this claim. */
  confirm(id: string, claimId: string, number: string): Promise<HandoffView> {
    return this.#request('post', 'handoff/{id}/confirm', { path: { id }, body: { claimId, number } });
  }

  /** Opens a link as the second device and continues with that device's token. */
  async claim(link: string, deviceId: string): Promise<void> {
    const { token } = await this.#request('post', 'handoff/claim', { body: { link, deviceId } });
    this.#setToken(token);
  }

  /** Sends the person's answer to a study's consent text. */
  consent(version: string, agrees: boolean): Promise<ConsentView> {
    return this.#request('post', 'consent', { body: { version, agrees } });
  }

  /** Requests a nonce for an attempt, with challenges that the page can present. The same id gets the same response. */
  attempt(attemptId: string, capabilities: Capabilities): Promise<AttemptView> {
    return this.#request('post', 'attempts', { body: { attemptId, ...capabilities } });
  }

  /** Uploads a sealed attempt; sending it again gets the same response. `onProgress` receives the share sent. */
  upload(id: string, sealed: Blob, onProgress: (share: number) => void, signal: AbortSignal): Promise<StatusView> {
    return this.#upload('attempts/{id}', { path: { id } }, sealed, onProgress, signal);
  }

  /** Uploads the video of an attempt that was received; sending it again gets the same response. */
  async video(id: string, video: Blob, onProgress: (share: number) => void, signal: AbortSignal): Promise<void> {
    await this.#upload('attempts/{id}/video', { path: { id } }, video, onProgress, signal);
  }

  #upload<R extends Route<'put'>>(
    route: R,
    options: RequestOptions<Operation<'put', R>>,
    body: Blob,
    onProgress: (share: number) => void,
    signal: AbortSignal,
  ): Promise<ResponseData<Operation<'put', R>>> {
    return new Promise((resolve, reject) => {
      // fetch does not report upload progress.
      const request = new XMLHttpRequest();
      request.open('PUT', requestUrl(this.#base, route, options));
      for (const [name, value] of Object.entries(this.#headers)) request.setRequestHeader(name, value);
      const finished = linkedAbort(null);
      const abort = () => request.abort();
      signal.addEventListener('abort', abort, { signal: finished.signal });
      let timer = setTimeout(abort, REQUEST_TIMEOUT_MS);
      request.upload.onprogress = ({ loaded, total }) => {
        clearTimeout(timer);
        timer = setTimeout(abort, REQUEST_TIMEOUT_MS);
        onProgress(total ? loaded / total : 0);
      };
      request.onloadend = () => {
        clearTimeout(timer);
        finished.abort();
      };
      const fail = () => void this.#noResponse('the connection broke', signal).then(reject);
      request.onerror = fail;
      request.onabort = fail;
      request.onload = () => {
        try {
          const { status, responseText: text } = request;
          const retryAfter = request.getResponseHeader('retry-after');
          // Read the date only if needed: browsers log an error for each header that is not exposed.
          const date = retryAfter === null ? null : request.getResponseHeader('date');
          resolve(parseResponse({ status, text, retryAfter, now: responseTime(date) }));
        } catch (error) {
          reject(error);
        }
      };
      request.send(body);
    });
  }

  /** Sends a problem report, with the instruction and phase at which a person stopped. A report that cannot be sent is dropped: it is not the person's problem. */
  report(code: Problem['code'], message: string, instruction: string | null = null, phase: string | null = null): void {
    const body = { code, message: message.slice(0, 500), userAgent: userAgent().slice(0, 500), instruction, phase };
    this.#request('post', 'problems', { body }).catch(() => undefined);
  }
}
