// Getting an attempt through, however bad the network: what was captured is kept until it is delivered.

import type { Attempt } from './attempt.js';
import { type Service, ServiceError, type Status } from './service.js';
import { fired, linked, sleep } from './waiting.js';

/** What is going on, for the screen. */
export type Delivery =
  | { kind: 'sending'; what: 'pictures' | 'video'; share: number }
  | { kind: 'judging' }
  | { kind: 'waiting'; why: 'network' | 'busy'; seconds: number }
  | { kind: 'offline' };

type Tell = (now: Delivery) => void;

const LONGEST_WAIT_SECONDS = 30;
/** The video is given up after so many failures, or so long: nobody is to wait for it for ever. */
const VIDEO_TRIES = 5;
const VIDEO_PATIENCE_MS = 180_000;

/** Waits for the connection, but not for ever: browsers can be wrong about it. */
async function online(whole: AbortSignal): Promise<void> {
  const { signal, end } = linked(whole, LONGEST_WAIT_SECONDS * 1000);
  addEventListener('online', end, { signal });
  await fired(signal);
}

/** Counts the seconds down on the screen. */
async function pause(seconds: number, why: 'network' | 'busy', tell: Tell, signal: AbortSignal) {
  for (let left = Math.ceil(seconds); left > 0 && !signal.aborted; left--) {
    tell({ kind: 'waiting', why, seconds: left });
    await sleep(1000, signal);
  }
}

/**
 * Asks until there is an answer: after a failure that may pass it waits, longer each time, and for the connection.
 * Throws the service's error when asking again is of no use or `tries` are used up, and an `AbortError` when `signal`
 * ends it.
 */
export async function persistently<T>(
  ask: () => Promise<T>,
  tell: Tell,
  signal: AbortSignal,
  tries = Number.POSITIVE_INFINITY,
): Promise<T> {
  let failures = 0;
  for (let wait = 1; ; wait = Math.min(wait * 2, LONGEST_WAIT_SECONDS)) {
    signal.throwIfAborted();
    try {
      return await ask();
    } catch (error) {
      failures += 1;
      if (!(error instanceof ServiceError) || error.retryAfter === null || failures === tries) throw error;
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

/** Waits until the service has judged. */
export async function judged(service: Service, status: Status, tell: Tell, signal: AbortSignal): Promise<Status> {
  let now = status;
  while (now.state === 'judging') {
    tell({ kind: 'judging' });
    const { version } = now;
    now = await persistently(() => service.status(version), tell, signal);
  }
  return now;
}

/** Sends the video. That it cannot be sent is no reason to stop anybody: it is reported, and that is all. */
async function sendVideo(service: Service, id: string, video: Blob, tell: Tell, signal: AbortSignal): Promise<void> {
  const show = (share: number) => tell({ kind: 'sending', what: 'video', share });
  const send = () => {
    show(0);
    return service.video(id, video, show, signal);
  };
  try {
    await persistently(send, tell, signal, VIDEO_TRIES);
  } catch (error) {
    service.report('video_not_sent', error instanceof ServiceError ? error.code : String(error));
  }
}

/** Uploads an attempt and waits until it is judged. Its video is sent meanwhile, and has the screen. */
export async function deliver(
  service: Service,
  { id, sealed, video }: Attempt,
  tell: Tell,
  signal: AbortSignal,
): Promise<Status> {
  const show = (share: number) => tell({ kind: 'sending', what: 'pictures', share });
  const send = () => {
    show(0);
    return service.upload(id, sealed, show, signal);
  };
  const status = await persistently(send, tell, signal);
  if (!video) return judged(service, status, tell, signal);

  const limit = linked(signal, VIDEO_PATIENCE_MS);
  let isSending = true;
  /** What is to be shown once the video is gone. */
  let then: Delivery | null = null;
  const sent = sendVideo(service, id, video, tell, limit.signal).then(() => {
    isSending = false;
    if (then) tell(then);
  });
  const tellLater = (now: Delivery) => {
    then = now;
    if (!isSending) tell(now);
  };
  try {
    const outcome = await judged(service, status, tellLater, signal).finally(() => {
      then = null;
    });
    await sent;
    return outcome;
  } finally {
    limit.end();
  }
}
