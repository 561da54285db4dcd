// Uploads an attempt over unreliable networks: the capture is kept until it is delivered.

import { pauseAfterFailure, pauseAfterResponse } from '../api/backoff.js';
import { type ServiceClient, ServiceError } from '../api/client.js';
import type { StatusView } from '../api/openapi.js';
import type { FailureCode } from '../api/response.js';
import { linkedAbort } from '../lib/abort.js';
import { abortOnWake, sleep } from '../lib/waits.js';
import type { Attempt } from './attempt.js';

/** The current state of a delivery, for the page. `retryNow` ends a pause. */
export type DeliveryProgress =
  | { kind: 'sending'; what: 'pictures' | 'video'; share: number }
  | { kind: 'judging' }
  | { kind: 'waiting'; why: 'network' | 'busy' | 'foreign'; seconds: number; retryNow: () => void }
  | { kind: 'offline'; retryNow: () => void };

/** Receives every change of a delivery. */
export type OnProgress = (progress: DeliveryProgress) => void;

/** The longest wait for the connection, ms: browsers can be wrong about being offline. */
const OFFLINE_MS = 30_000;
/** The upload of a video is abandoned after this many failures or this long: nobody should wait for it forever. */
const VIDEO_TRIES = 5;
const VIDEO_TIMEOUT_MS = 180_000;

/** Codes of a service that is faulty or misconfigured. */
const SERVICE_FAULTS: FailureCode[] = ['ERROR', 'ORIGIN_REFUSED'];

/**
 * Pauses and reports the seconds left; returns whether something ended the pause early. Nothing shortens its first
 * second, since connections and fingers can come and go in quick succession.
 */
async function pause(ms: number, show: (seconds: number, retryNow: () => void) => void, parent: AbortSignal) {
  const { signal, abort } = abortOnWake(parent);
  let left = Math.floor(ms / 1000);
  let [step, until] = [ms - 1000 * (left - 1), parent];
  for (; left > 0 && !signal.aborted; left--) {
    show(left, abort);
    await sleep(step, until);
    [step, until] = [1000, signal];
  }
  const isEarly = signal.aborted;
  abort();
  return isEarly;
}

function reasonOf({ code }: ServiceError): 'network' | 'busy' | 'foreign' {
  if (code === 'NETWORK') return 'network';
  return code === 'FOREIGN' ? 'foreign' : 'busy';
}

/**
 * Sends a request until it gets a response, with a growing pause after each transient failure. Throws the
 * `ServiceError` if a retry cannot help or `tries` are used up, and an `AbortError` once `signal` aborts.
 */
export async function retry<T>(
  request: () => Promise<T>,
  onProgress: OnProgress,
  signal: AbortSignal,
  tries = Number.POSITIVE_INFINITY,
): Promise<T> {
  let failures = 0;
  for (let tried = 1; ; tried++) {
    // Not throwIfAborted: Safari supports it from 15.4.
    if (signal.aborted) throw new DOMException('The page has gone on.', 'AbortError');
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof ServiceError) || error.retryAfter === null || tried >= tries) throw error;
      const why = reasonOf(error);
      // The page shows the person what to do; this line is for the operator.
      if (error.code === 'FOREIGN') console.warn(`The response is not from the service: ${error.message}`);
      // A browser that does not report its state may be online.
      const isOffline = navigator.onLine === false;
      const ms = isOffline ? OFFLINE_MS : pauseAfterFailure(failures, error.retryAfter, Math.random());
      const show = (seconds: number, retryNow: () => void) =>
        onProgress(isOffline ? { kind: 'offline', retryNow } : { kind: 'waiting', why, seconds, retryNow });
      failures = (await pause(ms, show, signal)) ? 0 : failures + 1;
    }
  }
}

/** The status once it differs from `version`, or after a while; respects the shortest poll interval. */
export async function nextStatus(
  service: ServiceClient,
  version: string,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<StatusView> {
  let sent = 0;
  const request = () => {
    sent = performance.now();
    return service.status(version, signal);
  };
  const status = await retry(request, onProgress, signal);
  if (status.version === version) await sleep(pauseAfterResponse(performance.now() - sent), signal);
  return status;
}

/** Polls until the service has the result. */
export async function awaitResult(
  service: ServiceClient,
  status: StatusView,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<StatusView> {
  let current = status;
  while (current.state === 'judging') {
    onProgress({ kind: 'judging' });
    current = await nextStatus(service, current.version, onProgress, signal);
  }
  return current;
}

/** Uploads the video, within a time limit. A failure stops nobody: it is only reported. */
export async function uploadVideo(
  service: ServiceClient,
  id: string,
  video: Blob,
  onProgress: OnProgress,
  parent: AbortSignal,
): Promise<void> {
  const { signal, abort } = linkedAbort(parent, VIDEO_TIMEOUT_MS);
  const show = (share: number) => onProgress({ kind: 'sending', what: 'video', share });
  const send = () => {
    show(0);
    return service.video(id, video, show, signal);
  };
  try {
    await retry(send, onProgress, signal, VIDEO_TRIES);
  } catch (error) {
    service.report('video_not_sent', error instanceof ServiceError ? error.code : String(error));
  } finally {
    abort();
  }
}

/** Uploads manifest and pictures of an attempt until the service has acknowledged them. */
export function uploadPictures(
  service: ServiceClient,
  { id, sealed }: Attempt,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<StatusView> {
  const show = (share: number) => onProgress({ kind: 'sending', what: 'pictures', share });
  const send = async () => {
    show(0);
    try {
      return await service.upload(id, sealed, show, signal);
    } catch (error) {
      // Faults of the service may be fixed while the person waits, so the capture is worth another try.
      if (error instanceof ServiceError && SERVICE_FAULTS.includes(error.code))
        throw new ServiceError(error.code, error.message, error.retryAfter ?? 0);
      throw error;
    }
  };
  return retry(send, onProgress, signal);
}

/** Uploads an attempt and waits for its result. Meanwhile the video is uploaded, and the page shows its progress. */
export async function deliver(
  service: ServiceClient,
  attempt: Attempt,
  onProgress: OnProgress,
  parent: AbortSignal,
): Promise<StatusView> {
  const { id, video } = attempt;
  const status = await uploadPictures(service, attempt, onProgress, parent);
  if (!video) return awaitResult(service, status, onProgress, parent);

  const { signal, abort } = linkedAbort(parent);
  let isUploading = true;
  /** Progress to show once the video is uploaded. */
  let pending: DeliveryProgress | null = null;
  const uploaded = uploadVideo(service, id, video, onProgress, signal).then(() => {
    isUploading = false;
    if (pending) onProgress(pending);
  });
  const onResultProgress = (progress: DeliveryProgress) => {
    pending = progress;
    if (!isUploading) onProgress(progress);
  };
  try {
    const outcome = await awaitResult(service, status, onResultProgress, signal).finally(() => {
      pending = null;
    });
    await uploaded;
    return outcome;
  } finally {
    abort();
  }
}
