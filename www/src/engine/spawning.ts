// Making the workers of a capture, also where the script is of another origin or the page has a strict policy.

import { ownError } from './errors.js';
import { reach } from './fetching.js';
import type { LoadOptions } from './load-options.js';
import type { Engine } from './loader.js';
import { scriptAddress } from './trusted.js';

/** How a worker is started: its first message. */
export interface WorkerStart {
  module: WebAssembly.Module;
  model: ArrayBuffer;
  config: unknown;
}

const PATIENCE_MS = 20_000;

/** A way to make a worker from the address of its script. Throws where the page's policy forbids it at once. */
type Way = (address: string) => Worker;

const WAYS: [name: string, way: Way][] = [
  ['new Worker()', (address) => new Worker(scriptAddress(address), { type: 'module' })],
  // A worker's script has to be of the page's own origin; what a module imports does not.
  ['a blob that imports it', throughBlob],
];

function throughBlob(address: string): Worker {
  const script = new Blob([`import ${JSON.stringify(address)};`], { type: 'text/javascript' });
  const url = URL.createObjectURL(script);
  const worker = new Worker(scriptAddress(url), { type: 'module' });
  // Not before it was read: it is once the worker says something, or fails.
  const done = () => URL.revokeObjectURL(url);
  worker.addEventListener('message', done, { once: true });
  worker.addEventListener('error', done, { once: true });
  return worker;
}

function addressOf({ workerSrc }: LoadOptions): string {
  if (workerSrc === undefined) return new URL('./worker.js', import.meta.url).href;
  return new URL(workerSrc, globalThis.document?.baseURI ?? globalThis.location?.href).href;
}

/** A worker's script that neither ran nor failed in time. */
class Late extends Error {}

/** Waits until a worker's script has run. */
async function running(worker: Worker, patienceMs: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      worker.onmessage = () => resolve();
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(event.message ?? 'its script did not load'));
      };
      timer = setTimeout(() => reject(new Late(`not here after ${patienceMs} ms`)), patienceMs);
    });
  } catch (error) {
    worker.terminate();
    throw error;
  } finally {
    clearTimeout(timer);
    worker.onmessage = null;
    worker.onerror = null;
  }
}

/** Makes workers in the way that was found to work here. */
export class Workers {
  readonly #way: Way;
  readonly #address: string;
  /** Made to see whether one runs, and not wasted. */
  #first: Worker | null;

  private constructor(way: Way, address: string, first: Worker) {
    this.#way = way;
    this.#address = address;
    this.#first = first;
    // One that fails before it is wanted is replaced then.
    first.onerror = (event) => {
      event.preventDefault();
      this.close();
    };
  }

  /**
   * Finds out how workers can be made here: before anybody is asked for the camera. Rejects with `worker_blocked`, or
   * with `asset_load_failed` or `asset_timeout` where the script itself cannot be had, or not in time.
   */
  static async open(options: LoadOptions): Promise<Workers> {
    const address = addressOf(options);
    const patienceMs = options.timeoutMs ?? PATIENCE_MS;
    const causes: string[] = [];
    let isLate = false;
    for (const [name, way] of WAYS) {
      try {
        const worker = way(address);
        await running(worker, patienceMs);
        return new Workers(way, address, worker);
      } catch (error) {
        causes.push(`${name}: ${String(error)}`);
        isLate ||= error instanceof Late;
      }
    }
    // What is forbidden fails at once: a network that is slow or hangs is no matter of the page's policy.
    const script = isLate ? 'late' : await reach(address, patienceMs);
    const code = ({ there: 'worker_blocked', gone: 'asset_load_failed', late: 'asset_timeout' } as const)[script];
    throw ownError(code, `${address}: ${causes.join('; ')}`);
  }

  /** A worker that is told how to start. */
  spawn({ module, model }: Engine, config: unknown): Worker {
    const worker = this.#first ?? this.#way(this.#address);
    this.#first = null;
    worker.onerror = null;
    const start: WorkerStart = { module, model, config };
    worker.postMessage(start);
    return worker;
  }

  /** Ends a worker that nobody has come for. */
  close(): void {
    this.#first?.terminate();
    this.#first = null;
  }
}
