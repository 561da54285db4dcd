// The page's own API, as crates/protocol words it.

import { readAnswer, ServiceError } from './answer.js';
import { userAgent } from './browser.js';
import { findCause } from './cause.js';
import type { LightChallenge } from './light.js';
import { linked } from './waiting.js';

/** Where the cross-device process stands. */
export interface HandOffView {
  handoffId: string;
  state: 'waiting' | 'claimed' | 'confirmed' | 'voided' | 'ended';
  /** Unix ms. */
  expiresAt: number;
  /** What both devices show while the link is claimed. */
  number: string | null;
  /** What the word on the number is said of; told to the first device alone. */
  claimId: string | null;
}

/** Where the session stands. */
export interface Status {
  state: 'open' | 'judging' | 'retry' | 'succeeded' | 'failed' | 'expired';
  version: string;
  triesLeft: number;
  result: { attemptId: string; code: string; passed: boolean; score: number | null } | null;
  next: { info: 'successNext' | 'failedNext'; url: string } | null;
  handoff: HandOffView | null;
  /** Whether this device may make attempts now. */
  active: boolean;
}

/** What the page is told once. */
export interface Session {
  signatureId: string;
  device: 'first' | 'second';
  /** One of the codes in `locales/`. */
  locale: string;
  /** The integrator's configuration: pages of fields, and `titleText`. */
  ui: Record<string, unknown>;
  iframe: boolean;
  messageOrigins: string[];
  /** Whether a second device may help. */
  crossDevice: boolean;
  /** Whether a video is wanted. */
  video: boolean;
  /** Whether the device's own camera program may take the pictures, as a last resort. */
  systemCamera: boolean;
  /** Whether coloured light will fall on the face. */
  lightChallenge: boolean;
  limits: { imageBytes: number; videoBytes: number };
  /** Unix ms. */
  serverTime: number;
  status: Status;
}

/** What the service gives for an attempt. */
export interface Issued {
  nonce: string;
  /** What the upload is sealed with, base64url. */
  sealingKey: string;
  /** The service's time when it answered, Unix ms. */
  serverTime: number;
  light: LightChallenge | null;
}

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

  async #ask(path: string, options: RequestInit = {}): Promise<unknown> {
    const json = options.body ? { 'Content-Type': 'application/json' } : {};
    const headers = { ...this.#headers, ...json };
    const { signal, end } = linked(options.signal ?? null, LOST_MS);
    let response: Response;
    let text: string;
    try {
      response = await fetch(new URL(path, this.#base), { ...options, headers, signal, cache: 'no-store' });
      text = await response.text();
    } catch (error) {
      throw await this.#unanswered(String(error), options.signal);
    } finally {
      end();
    }
    this.#wasRead = true;
    const { status, headers: told } = response;
    return readAnswer({ status, text, retryAfter: told.get('retry-after'), now: timeOf(told.get('date')) });
  }

  session(language: string): Promise<Session> {
    return this.#ask(`session?${new URLSearchParams({ language })}`) as Promise<Session>;
  }

  /** The status as soon as it is another one than `version`, or after a while; `signal` ends the wait. */
  status(version?: string, signal: AbortSignal | null = null): Promise<Status> {
    const query = version === undefined ? '' : `?${new URLSearchParams({ version, wait: String(POLL_SECONDS) })}`;
    return this.#ask(`status${query}`, { signal }) as Promise<Status>;
  }

  /** A link for a second device. */
  handOff(): Promise<{ url: string; handoff: HandOffView }> {
    return this.#ask('handoff', { method: 'POST' }) as Promise<{ url: string; handoff: HandOffView }>;
  }

  /** The word that the second device shows the number of this claim. */
  confirm(id: string, claimId: string, number: string): Promise<HandOffView> {
    const body = JSON.stringify({ claimId, number });
    return this.#ask(`handoff/${id}/confirm`, { method: 'POST', body }) as Promise<HandOffView>;
  }

  /** Opens a link as the second device, which this is from now on. */
  async claim(link: string, deviceId: string): Promise<void> {
    const body = JSON.stringify({ link, deviceId });
    const { token } = (await this.#ask('handoff/claim', { method: 'POST', body })) as { token: string };
    this.#signIn(token);
  }

  /** A nonce for an attempt; the same id gets the same one. */
  attempt(attemptId: string): Promise<Issued> {
    const body = JSON.stringify({ attemptId });
    return this.#ask('attempts', { method: 'POST', body }) as Promise<Issued>;
  }

  /** Sends an attempt, sealed; the same again gets the same answer. `onProgress` is told the share that was sent. */
  upload(id: string, sealed: Blob, onProgress: (share: number) => void, signal: AbortSignal): Promise<Status> {
    return this.#send(`attempts/${id}`, sealed, onProgress, signal) as Promise<Status>;
  }

  /** Sends the video of an attempt that was received; the same again gets the same answer. */
  async video(id: string, video: Blob, onProgress: (share: number) => void, signal: AbortSignal): Promise<void> {
    await this.#send(`attempts/${id}/video`, video, onProgress, signal);
  }

  #send(path: string, body: Blob, onProgress: (share: number) => void, signal: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      // fetch does not tell how much of a request was sent.
      const request = new XMLHttpRequest();
      request.open('PUT', new URL(path, this.#base));
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
  report(code: string, message: string): void {
    const body = JSON.stringify({ code, message: message.slice(0, 500), userAgent: userAgent().slice(0, 500) });
    this.#ask('problems', { method: 'POST', body }).catch(() => undefined);
  }
}
