// Why a request got no answer that a page may read.

import { linked } from '../lib/abort.js';

/** How long the whole search may take, ms: a connection that is gone answers none of it. */
const PATIENCE_MS = 5_000;

/**
 * `origin`: the service is there, but does not let this page's origin read its answers; `foreign`: something else
 * answers in its place; `network`: nothing does.
 *
 * @param api the folder of the page's API
 */
export async function findCause(api: URL): Promise<'origin' | 'foreign' | 'network'> {
  const { signal, end } = linked(null, PATIENCE_MS);
  const ask = (url: URL, how: RequestInit) =>
    fetch(url, { ...how, signal, cache: 'no-store', credentials: 'omit' }).catch(() => null);
  // Without a token it is refused, in an answer like any other, and asks for no preflight.
  const status = new URL('status', api);
  try {
    if (api.origin === location.origin) {
      const answer = await ask(status, { redirect: 'manual' });
      return answer?.type === 'opaqueredirect' ? 'foreign' : 'network';
    }
    // Whether it lives every page may read. Before and after, or it may have been the connection all the same.
    const isAlive = async () => {
      const live = await ask(new URL('../../../health/live', api), {});
      return live?.ok === true && (await live.text().catch(() => '')).includes('"live"');
    };
    const wasAlive = await isAlive();
    if (await ask(status, {})) return 'network';
    if (wasAlive && (await isAlive())) return 'origin';
    // The service itself lets no other origin have its answers, but a proxy in its place does.
    if (!(await ask(status, { mode: 'no-cors' }))) return 'network';
    console.warn(`${api.origin} answers, but this page may not read it: a proxy in its place, or no cors_origins?`);
    return 'foreign';
  } finally {
    end();
  }
}
