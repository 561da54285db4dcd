// Getting an attempt through, however bad the network: what was captured is kept until it is delivered.

import { pauseAfterAnswer, pauseAfterFailure } from '../api/backoff.js';
import { type Service, ServiceError } from '../api/client.js';
import type { StatusView } from '../api/openapi.js';
import type { FailureCode } from '../api/response.js';
import { linked, sleep, woken } from '../lib/abort.js';
import type { Attempt } from './attempt.js';

/** What is going on, for the screen. `now` ends a wait. */
export type Delivery =
  | { kind: 'sending'; what: 'pictures' | 'video'; share: number }
  | { kind: 'judging' }
  | { kind: 'waiting'; why: 'network' | 'busy' | 'foreign'; seconds: number; now: () => void }
  | { kind: 'offline'; now: () => void };

/** Shows what is going on. */
export type Tell = (now: Delivery) => void;

/** The longest wait for the connection: browsers can be wrong about it. */
const OFFLINE_MS = 30_000;
/** The video is given up after so many failures, or so long: nobody is to wait for it for ever. */
const VIDEO_TRIES = 5;
const VIDEO_PATIENCE_MS = 180_000;

/** Codes of a service that has a fault, or is not set up well. */
const FAULTS: FailureCode[] = ['ERROR', 'ORIGIN_REFUSED'];

/**
 * Waits, and shows the seconds that are left; returns whether something ended it early. Nothing cuts the first second
 * short: networks can come and go in quick succession, and fingers too.
 */
async function pause(ms: number, show: (seconds: number, now: () => void) => void, whole: AbortSignal) {
  const { signal, end } = woken(whole);
  let left = Math.floor(ms / 1000);
  let [step, until] = [ms - 1000 * (left - 1), whole];
  for (; left > 0 && !signal.aborted; left--) {
    show(left, end);
    await sleep(step, until);
    [step, until] = [1000, signal];
  }
  const isEarly = signal.aborted;
  end();
  return isEarly;
}

function reasonOf({ code }: ServiceError): 'network' | 'busy' | 'foreign' {
  if (code === 'NETWORK') return 'network';
  return code === 'FOREIGN' ? 'foreign' : 'busy';
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
  for (let tried = 1; ; tried++) {
    // Not throwIfAborted: Safari has it from 15.4 on.
    if (signal.aborted) throw new DOMException('The page has gone on.', 'AbortError');
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ServiceError) || error.retryAfter === null || tried >= tries) throw error;
      const why = reasonOf(error);
      // The person is told what to do; this is for whoever looks after the page.
      if (error.code === 'FOREIGN') console.warn(`Something else answered than the service: ${error.message}`);
      // Where the browser does not tell, it may be online.
      const isOffline = navigator.onLine === false;
      const ms = isOffline ? OFFLINE_MS : pauseAfterFailure(failures, error.retryAfter, Math.random());
      const show = (seconds: number, now: () => void) =>
        tell(isOffline ? { kind: 'offline', now } : { kind: 'waiting', why, seconds, now });
      failures = (await pause(ms, show, signal)) ? 0 : failures + 1;
    }
  }
}

/** The status as soon as it is another one than `version`, or after a while: asks no more often than a poll may. */
export async function nextStatus(
  service: Service,
  version: string,
  tell: Tell,
  signal: AbortSignal,
): Promise<StatusView> {
  let asked = 0;
  const ask = () => {
    asked = performance.now();
    return service.status(version, signal);
  };
  const status = await persistently(ask, tell, signal);
  if (status.version === version) await sleep(pauseAfterAnswer(performance.now() - asked), signal);
  return status;
}

/** Waits until the service has judged. */
export async function judged(
  service: Service,
  status: StatusView,
  tell: Tell,
  signal: AbortSignal,
): Promise<StatusView> {
  let now = status;
  while (now.state === 'judging') {
    tell({ kind: 'judging' });
    now = await nextStatus(service, now.version, tell, signal);
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
): Promise<StatusView> {
  const show = (share: number) => tell({ kind: 'sending', what: 'pictures', share });
  const send = async () => {
    show(0);
    try {
      return await service.upload(id, sealed, show, signal);
    } catch (error) {
      // These are nobody's last word: what was captured is worth another try, for as long as the person waits.
      if (error instanceof ServiceError && FAULTS.includes(error.code))
        throw new ServiceError(error.code, error.message, error.retryAfter ?? 0);
      throw error;
    }
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
