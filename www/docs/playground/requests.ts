// Sends the requests of the element's client to the practice service instead of the network.

import type { PracticeService } from './practice-service.js';

/** A request by XMLHttpRequest, as far as the client uses it: an upload with progress. */
class PracticeUpload extends EventTarget {
  readonly upload: { onprogress: ((event: { loaded: number; total: number }) => void) | null } = { onprogress: null };
  onload: (() => void) | null = null;
  onloadend: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onabort: (() => void) | null = null;
  status = 0;
  responseText = '';
  #path = '';
  #method = '';
  readonly #respond: (method: string, path: string) => Promise<unknown>;

  constructor(respond: (method: string, path: string) => Promise<unknown>) {
    super();
    this.#respond = respond;
  }

  open(method: string, url: string | URL): void {
    [this.#method, this.#path] = [method, String(url)];
  }

  setRequestHeader(): void {}

  getResponseHeader(): null {
    return null;
  }

  abort(): void {}

  send(body: Blob): void {
    this.upload.onprogress?.({ loaded: body.size, total: body.size });
    void this.#respond(this.#method, this.#path).then((answer) => {
      this.status = 200;
      this.responseText = JSON.stringify(answer);
      this.onloadend?.();
      this.onload?.();
    });
  }
}

/** Answers every request below `folder` by the current practice service; all others go to the network. */
export function answerRequests(folder: URL, current: () => PracticeService): void {
  const api = new URL('api/v1/', folder).href;
  const network = window.fetch.bind(window);
  const respond = (method: string, url: URL, signal: AbortSignal | null) =>
    current().answer(method, url.href.split('?')[0]?.slice(api.length) ?? '', url.searchParams, signal);
  window.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input, location.href);
    if (!url.href.startsWith(api)) return network(input, init);
    const answer = await respond(init?.method ?? 'GET', url, init?.signal ?? null);
    return new Response(JSON.stringify(answer), { headers: { 'Content-Type': 'application/json' } });
  };
  const Upload = function Upload() {
    return new PracticeUpload((method, url) => respond(method, new URL(url), null));
  };
  window.XMLHttpRequest = Upload as unknown as typeof XMLHttpRequest;
}
