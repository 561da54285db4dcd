// Finds out why a request got no response that the page may read.

import { linkedAbort } from '../lib/abort.js';

/** Time limit for all probes together, ms: on a dead connection none of them gets a response. */
const TIMEOUT_MS = 5_000;

/**
 * `origin`: the service is up, but does not allow this page's origin to read its responses. `foreign`: something else
 * answers in its place. `network`: nothing answers.
 *
 * @param api the folder of the page API
 */
export async function findCause(api: URL): Promise<'origin' | 'foreign' | 'network'> {
  const { signal, abort } = linkedAbort(null, TIMEOUT_MS);
  const probe = (url: URL, options: RequestInit) =>
    fetch(url, { ...options, signal, cache: 'no-store', credentials: 'omit' }).catch(() => null);
  // Without a token the service rejects this request with an ordinary response, and it needs no preflight.
  const status = new URL('status', api);
  try {
    if (api.origin === location.origin) {
      const response = await probe(status, { redirect: 'manual' });
      return response?.type === 'opaqueredirect' ? 'foreign' : 'network';
    }
    // Every page may read the liveness probe. It is sent before and after: otherwise the connection may be the cause.
    const isAlive = async () => {
      const live = await probe(new URL('../../../health/live', api), {});
      return live?.ok === true && (await live.text().catch(() => '')).includes('"live"');
    };
    const wasAlive = await isAlive();
    if (await probe(status, {})) return 'network';
    if (wasAlive && (await isAlive())) return 'origin';
    // The service itself blocks cross-origin responses even in no-cors mode; a proxy in its place does not.
    if (!(await probe(status, { mode: 'no-cors' }))) return 'network';
    console.warn(`${api.origin} responds, but this page may not read it: is it a proxy, or is cors_origins not set?`);
    return 'foreign';
  } finally {
    abort();
  }
}
