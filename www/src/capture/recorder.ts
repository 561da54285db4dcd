// The video of an attempt: small, and never in the way of the pictures.

import { fired, linked } from '../lib/abort.js';

/** What plays in most places first. */
const KINDS = ['video/mp4;codecs=avc1.42E01E', 'video/webm;codecs=vp8', 'video/webm', 'video/mp4'];
const BITS_PER_SECOND = 600_000;
const CHUNK_MS = 1_000;
/** The last chunk is written in a moment, unless it never is. */
const PATIENCE_MS = 5_000;

export class Recorder {
  readonly #recorder: MediaRecorder;
  readonly #chunks: Blob[] = [];
  /** Fired when the recorder has told its end: it is over before that, with its last chunk still to come. */
  readonly #ended = new AbortController();
  #bytes = 0;

  private constructor(recorder: MediaRecorder, mostBytes: number) {
    this.#recorder = recorder;
    recorder.ondataavailable = ({ data }) => {
      if (this.#bytes + data.size > mostBytes) return this.#halt();
      this.#bytes += data.size;
      this.#chunks.push(data);
    };
    recorder.onstop = () => this.#ended.abort();
    recorder.start(CHUNK_MS);
  }

  /** Starts; null where this browser cannot record, which is no reason to stop anybody. */
  static start(stream: MediaProvider | null, mostBytes: number): Recorder | null {
    if (!(stream instanceof MediaStream) || typeof MediaRecorder === 'undefined') return null;
    const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
    if (!mimeType) return null;
    try {
      return new Recorder(new MediaRecorder(stream, { mimeType, videoBitsPerSecond: BITS_PER_SECOND }), mostBytes);
    } catch {
      return null;
    }
  }

  #halt(): void {
    if (this.#recorder.state !== 'inactive') this.#recorder.stop();
  }

  /**
   * Ends it; null where nothing was recorded, and where the recorder does not tell its end in `patienceMs`: what it wrote
   * may be broken off anywhere, and nobody is to wait for it.
   */
  async stop(patienceMs = PATIENCE_MS): Promise<Blob | null> {
    this.#halt();
    await fired(linked(this.#ended.signal, patienceMs).signal);
    if (!this.#ended.signal.aborted) return null;
    const type = this.#recorder.mimeType.split(';')[0] ?? '';
    return this.#bytes > 0 ? new Blob(this.#chunks, { type }) : null;
  }
}
