// Following a capture from outside the browser: every event of the page comes here.

/** The page's events; each is a DOM event `nearfar:<name>` on the document. */
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
 * Runs in the page before its scripts: hands every event to `tell` as JSON, with images as base64.
 * Self-contained, since its text is what reaches the page; a browser that has no binding gets `tell` otherwise.
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

const BINDING = 'nearfarTell';

/** The argument of `forwardEvents`. */
export const forwarding = { names: NAMES, binding: BINDING };

const revive = (_key, value) =>
  value !== null && typeof value === 'object' && 'base64' in value ? Buffer.from(value.base64, 'base64') : value;

/** What a page has told so far, and a way to wait for more. */
export class EventLog {
  /** @type {{name: string, detail: any, at: number}[]} `at` in Unix ms */
  events = [];
  /** What went wrong in the page besides: uncaught errors, failed requests, errors of the console. */
  complaints = [];
  /** Called with every event. */
  onEvent = () => {};
  #waiting = new Set();

  /** Takes an event as the page sends it. */
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

  /** The first event, past or to come, that fits. */
  #next(fits, what, limitMs) {
    const past = this.events.find(fits);
    if (past) return Promise.resolve(past);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        reject(new Error(`no event '${what}' as wanted after ${limitMs} ms. The page told: ${this.summary()}`));
      }, limitMs);
      // Nobody waits for this one when everything else is done.
      timer.unref();
      const check = (event) => {
        if (!fits(event)) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve(event);
      };
      this.#waiting.add(check);
    });
  }

  /** The detail of the first event, past or to come, of this name whose detail meets the condition. */
  async until(name, condition = () => true, limitMs = 45_000) {
    return (await this.#next((event) => event.name === name && condition(event.detail), name, limitMs)).detail;
  }

  /** The detail of `finished`; an error before it ends the waiting. */
  async finished(limitMs = 60_000) {
    const wanted = ['finished', 'error'];
    const fits = (event) => wanted.includes(event.name);
    const event = await this.#next(fits, wanted.join(' or '), limitMs);
    if (event.name === 'error' && this.all('finished').length === 0) {
      throw new Error(`${event.detail.code} (${event.detail.cause}). The page told: ${this.summary()}`);
    }
    return this.all('finished')[0];
  }

  /** The first error, told by `error` or by `finished`. */
  async failure(limitMs = 45_000) {
    const fits = ({ name, detail }) => name === 'error' || (name === 'finished' && detail.error !== null);
    const { name, detail } = await this.#next(fits, 'error', limitMs);
    return name === 'error' ? detail : detail.error;
  }

  /** The events in a line, for messages. */
  summary() {
    const told = this.events
      .filter(({ name }) => !['loading', 'progress', 'oval'].includes(name))
      .map(({ name, detail }) => `${name}:${detail?.phase ?? detail?.code ?? detail?.outcome ?? detail?.reason ?? ''}`);
    return [...told, ...this.complaints].join(', ') || 'nothing';
  }
}

/** Makes a log of the events of a page that has not been opened yet. */
export async function followPage(page) {
  const log = new EventLog();
  page.on('pageerror', (error) => log.complaints.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') log.complaints.push(`console: ${message.text()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) log.complaints.push(`HTTP ${response.status()}: ${response.url()}`);
  });
  await page.exposeBinding(BINDING, (_source, json) => log.push(json));
  await page.addInitScript(forwardEvents, forwarding);
  return log;
}
