// Getting an attempt through, however bad the network: what was captured is kept until it is delivered.

import { type Service, ServiceError, type Status } from './service.js';

/** What is going on, for the screen. */
export type Delivery =
  | { kind: 'sending'; share: number }
  | { kind: 'waiting'; why: 'network' | 'busy'; seconds: number }
  | { kind: 'offline' };

const LONGEST_WAIT_SECONDS = 30;

const sleep = (seconds: number, signal: AbortSignal) =>
  new Promise<void>((done) => {
    const timer = setTimeout(done, seconds * 1000);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      done();
    });
  });

async function online(signal: AbortSignal): Promise<void> {
  if (navigator.onLine) return;
  await new Promise<void>((done) => {
    addEventListener('online', () => done(), { once: true, signal });
    signal.addEventListener('abort', () => done());
  });
}

/** Counts the seconds down on the screen. */
async function pause(seconds: number, why: 'network' | 'busy', tell: (now: Delivery) => void, signal: AbortSignal) {
  for (let left = Math.ceil(seconds); left > 0 && !signal.aborted; left--) {
    tell({ kind: 'waiting', why, seconds: left });
    await sleep(1, signal);
  }
}

/**
 * Asks until there is an answer: after a failure that may pass it waits, longer each time, and for the connection.
 * Throws the service's error when asking again is of no use, and an `AbortError` when `signal` ends it.
 */
export async function persistently<T>(
  ask: () => Promise<T>,
  tell: (now: Delivery) => void,
  signal: AbortSignal,
): Promise<T> {
  for (let wait = 1; ; wait = Math.min(wait * 2, LONGEST_WAIT_SECONDS)) {
    signal.throwIfAborted();
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ServiceError) || error.retryAfter === null) throw error;
      if (!navigator.onLine) {
        tell({ kind: 'offline' });
        await online(signal);
        continue;
      }
      const why = error.code === 'NETWORK' ? 'network' : 'busy';
      await pause(Math.max(wait, error.retryAfter), why, tell, signal);
    }
  }
}

/** Uploads an attempt and waits until it is judged. */
export async function deliver(
  service: Service,
  attemptId: string,
  form: FormData,
  tell: (now: Delivery | { kind: 'judging' }) => void,
  signal: AbortSignal,
): Promise<Status> {
  const send = () => {
    tell({ kind: 'sending', share: 0 });
    return service.upload(attemptId, form, (share) => tell({ kind: 'sending', share }));
  };
  let status = await persistently(send, tell, signal);
  while (status.state === 'judging') {
    tell({ kind: 'judging' });
    const { version } = status;
    status = await persistently(() => service.status(version), tell, signal);
  }
  return status;
}
