// Records the video of an attempt: small, and without slowing down the capture of pictures.

import { linkedAbort } from '../lib/abort.js';
import { untilAborted } from '../lib/waits.js';

/** The most widely playable format first. */
const FORMATS = ['video/mp4;codecs=avc1.42E01E', 'video/webm;codecs=vp8', 'video/webm', 'video/mp4'];
const BITS_PER_SECOND = 600_000;
const CHUNK_MS = 1_000;
/** The last chunk usually arrives at once, but may never come, ms. */
const STOP_TIMEOUT_MS = 5_000;

export class VideoRecorder {
  readonly #recorder: MediaRecorder;
  readonly #chunks: Blob[] = [];
  /** Aborted on the recorder's `stop` event. Its state is inactive earlier, while the last chunk is still to come. */
  readonly #ended = new AbortController();
  #bytes = 0;

  private constructor(recorder: MediaRecorder, maxBytes: number) {
    this.#recorder = recorder;
    recorder.ondataavailable = ({ data }) => {
      if (this.#bytes + data.size > maxBytes) return this.#halt();
      this.#bytes += data.size;
      this.#chunks.push(data);
    };
    recorder.onstop = () => this.#ended.abort();
    recorder.start(CHUNK_MS);
  }

  /** Starts recording; null if this browser cannot record, which stops nobody. */
  static start(stream: MediaProvider | null, maxBytes: number): VideoRecorder | null {
    if (!(stream instanceof MediaStream) || typeof MediaRecorder === 'undefined') return null;
    const mimeType = FORMATS.find((format) => MediaRecorder.isTypeSupported(format));
    if (!mimeType) return null;
    try {
      return new VideoRecorder(new MediaRecorder(stream, { mimeType, videoBitsPerSecond: BITS_PER_SECOND }), maxBytes);
    } catch {
      return null;
    }
  }

  #halt(): void {
    if (this.#recorder.state !== 'inactive') this.#recorder.stop();
  }

  /** Leaves a gap in the video, or continues it. */
  pause(isPaused: boolean): void {
    const { state } = this.#recorder;
    if (isPaused && state === 'recording') this.#recorder.pause();
    if (!isPaused && state === 'paused') this.#recorder.resume();
  }

  /**
   * Stops recording; null if there is no data, or if the recorder does not stop within `timeoutMs`: the file may then
   * be cut off anywhere, and nobody should wait for it.
   */
  async stop(timeoutMs = STOP_TIMEOUT_MS): Promise<Blob | null> {
    this.#halt();
    await untilAborted(linkedAbort(this.#ended.signal, timeoutMs).signal);
    if (!this.#ended.signal.aborted) return null;
    const type = this.#recorder.mimeType.split(';')[0] ?? '';
    return this.#bytes > 0 ? new Blob(this.#chunks, { type }) : null;
  }
}
