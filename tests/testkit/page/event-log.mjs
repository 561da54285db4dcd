// Records the events of a page outside the browser.

/** The names of the page's events: each is a DOM event `nearfar:<name>` on the document. */
const NAMES = [
  'loading',
  'permission',
  'camera-change',
  'source',
  'ready',
  'phase',
  'oval',
  'instruction',
  'progress',
  'encoding',
  'restarted',
  'paused',
  'resumed',
  'slow',
  'finished',
  'error',
];

/**
 * Runs in the page before its scripts: passes every event as JSON, with images as base64, to the global function
 * `binding`. Self-contained, since it is sent to the page as text.
 */
export function forwardEvents({ names, binding }) {
  const base64 = (bytes) => {
    let text = '';
    for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
    return btoa(text);
  };
  const plain = (_key, value) => {
    if (value instanceof Uint8Array) return { base64: base64(value) };
    return value instanceof Error ? String(value) : value;
  };
  for (const name of names) {
    document.addEventListener(`nearfar:${name}`, ({ detail }) => {
      globalThis[binding](JSON.stringify({ name, detail: detail ?? null, at: Date.now() }, plain));
    });
  }
}

const BINDING = 'nearfarEvent';

/** The argument of `forwardEvents`. */
export const FORWARD_OPTIONS = { names: NAMES, binding: BINDING };

const revive = (_key, value) =>
  value !== null && typeof value === 'object' && 'base64' in value ? Buffer.from(value.base64, 'base64') : value;

/** The events of a page so far, with methods that wait for more. */
export class EventLog {
  /** @type {{name: string, detail: any, at: number}[]} `at` in Unix ms */
  events = [];
  /** Uncaught errors, failed requests and console errors of the page. */
  pageErrors = [];
  /** Called with every event. */
  onEvent = () => {};
  #waiting = new Set();

  /** Adds an event that the page has sent. */
  push(json) {
    const event = JSON.parse(json, revive);
    this.events.push(event);
    this.onEvent(event);
    for (const check of this.#waiting) check(event);
  }

  /** The details of the events of this name. */
  all(name) {
    return this.events.filter((event) => event.name === name).map(({ detail }) => detail);
  }

  /** The first event, past or future, that matches. */
  #next(matches, description, limitMs) {
    const past = this.events.find(matches);
    if (past) return Promise.resolve(past);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        reject(new Error(`no matching event '${description}' after ${limitMs} ms. Events: ${this.summary()}`));
      }, limitMs);
      // This timer must not keep the process alive.
      timer.unref();
      const check = (event) => {
        if (!matches(event)) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve(event);
      };
      this.#waiting.add(check);
    });
  }

  /** The detail of the first event, past or future, with this name whose detail meets the condition. */
  async until(name, condition = () => true, limitMs = 45_000) {
    return (await this.#next((event) => event.name === name && condition(event.detail), name, limitMs)).detail;
  }

  /** The detail of `finished`. Throws if `error` comes first. */
  async finished(limitMs = 60_000) {
    const wanted = ['finished', 'error'];
    const matches = (event) => wanted.includes(event.name);
    const event = await this.#next(matches, wanted.join(' or '), limitMs);
    if (event.name === 'error' && this.all('finished').length === 0) {
      throw new Error(`${event.detail.code} (${event.detail.cause}). Events: ${this.summary()}`);
    }
    return this.all('finished')[0];
  }

  /** The first error, from `error` or from `finished`. */
  async failure(limitMs = 45_000) {
    const matches = ({ name, detail }) => name === 'error' || (name === 'finished' && detail.error !== null);
    const { name, detail } = await this.#next(matches, 'error', limitMs);
    return name === 'error' ? detail : detail.error;
  }

  /** The events on one line, for messages. */
  summary() {
    const events = this.events
      .filter(({ name }) => !['loading', 'progress', 'oval'].includes(name))
      .map(({ name, detail }) => `${name}:${detail?.phase ?? detail?.code ?? detail?.outcome ?? detail?.reason ?? ''}`);
    return [...events, ...this.pageErrors].join(', ') || 'nothing';
  }
}

/** Starts recording the events of a page that is not open yet. */
export async function recordEvents(page) {
  const log = new EventLog();
  page.on('pageerror', (error) => log.pageErrors.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') log.pageErrors.push(`console: ${message.text()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) log.pageErrors.push(`HTTP ${response.status()}: ${response.url()}`);
  });
  await page.exposeBinding(BINDING, (_source, json) => log.push(json));
  await page.addInitScript(forwardEvents, FORWARD_OPTIONS);
  return log;
}
