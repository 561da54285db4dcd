// The video of an attempt: small, and never in the way of the pictures.

/** What plays in most places first. */
const KINDS = ['video/mp4;codecs=avc1.42E01E', 'video/webm;codecs=vp8', 'video/webm', 'video/mp4'];
const BITS_PER_SECOND = 600_000;
const CHUNK_MS = 1_000;

export class Recorder {
  readonly #recorder: MediaRecorder;
  readonly #chunks: Blob[] = [];
  #bytes = 0;

  private constructor(recorder: MediaRecorder, mostBytes: number) {
    this.#recorder = recorder;
    recorder.ondataavailable = ({ data }) => {
      if (this.#bytes + data.size > mostBytes) return this.#halt();
      this.#bytes += data.size;
      this.#chunks.push(data);
    };
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

  /** Ends it; null where nothing was recorded. */
  async stop(): Promise<Blob | null> {
    if (this.#recorder.state !== 'inactive') {
      const stopped = new Promise((done) => this.#recorder.addEventListener('stop', done, { once: true }));
      this.#halt();
      await stopped;
    }
    const type = this.#recorder.mimeType.split(';')[0] ?? '';
    return this.#bytes > 0 ? new Blob(this.#chunks, { type }) : null;
  }
}
