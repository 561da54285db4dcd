// Creates the workers of a capture, even if the script is from another origin or the page has a strict policy.

import { probeScript } from './assets.js';
import { captureError } from './errors.js';
import type { LoadOptions } from './load-options.js';
import type { Engine } from './loader.js';
import { scriptUrl } from './trusted-types.js';
import type { WorkerPreparation, WorkerStart } from './worker-start.js';

const TIMEOUT_MS = 20_000;

/** Creates a worker from the address of its script. Throws if the page's policy forbids it immediately. */
type WorkerConstructor = (address: string) => Worker;

const CONSTRUCTORS: [name: string, construct: WorkerConstructor][] = [
  ['new Worker()', (address) => new Worker(scriptUrl(address), { type: 'module' })],
  // A worker's script must have the page's origin; the modules it imports need not.
  ['a blob that imports it', viaBlob],
];

function viaBlob(address: string): Worker {
  const script = new Blob([`import ${JSON.stringify(address)};`], { type: 'text/javascript' });
  const url = URL.createObjectURL(script);
  const worker = new Worker(scriptUrl(url), { type: 'module' });
  // Revoke the URL once the script was read, which a message or an error shows.
  const revoke = () => URL.revokeObjectURL(url);
  worker.addEventListener('message', revoke, { once: true });
  worker.addEventListener('error', revoke, { once: true });
  return worker;
}

function workerUrl({ workerSrc }: LoadOptions): string {
  if (workerSrc === undefined) return new URL('./worker.js', import.meta.url).href;
  return new URL(workerSrc, globalThis.document?.baseURI ?? globalThis.location?.href).href;
}

/** A worker's script neither ran nor failed in time. */
class ScriptTimeout extends Error {}

/** Resolves when the worker's script has run. */
async function untilRunning(worker: Worker, timeoutMs: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      worker.onmessage = () => resolve();
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(event.message ?? 'its script did not load'));
      };
      timer = setTimeout(() => reject(new ScriptTimeout(`not running after ${timeoutMs} ms`)), timeoutMs);
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

function sendEngine(worker: Worker, { module, model }: Engine): void {
  const preparation: WorkerPreparation = { module, model };
  worker.postMessage(preparation);
}

/** Creates workers in the way that works on this page. */
export class WorkerFactory {
  readonly #construct: WorkerConstructor;
  readonly #address: string;
  /** The worker of the trial, kept for the first capture. */
  #first: Worker | null;
  /** Whether that worker has the engine. */
  #isPrepared = false;

  private constructor(construct: WorkerConstructor, address: string, first: Worker) {
    this.#construct = construct;
    this.#address = address;
    this.#first = first;
    // If it fails before it is needed, `spawn` creates another one.
    first.onerror = (event) => {
      event.preventDefault();
      this.close();
    };
  }

  /**
   * Finds out how to create workers on this page, before anybody is asked for the camera. Rejects with
   * `worker_blocked`, or with `asset_load_failed` or `asset_timeout` if the script itself does not load, or not in
   * time.
   */
  static async open(options: LoadOptions): Promise<WorkerFactory> {
    const address = workerUrl(options);
    const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    const causes: string[] = [];
    let timedOut = false;
    for (const [name, construct] of CONSTRUCTORS) {
      try {
        const worker = construct(address);
        await untilRunning(worker, timeoutMs);
        return new WorkerFactory(construct, address, worker);
      } catch (error) {
        causes.push(`${name}: ${String(error)}`);
        timedOut ||= error instanceof ScriptTimeout;
      }
    }
    // A policy fails at once, so after a timeout the network is to blame.
    const script = timedOut ? 'timed_out' : await probeScript(address, timeoutMs);
    const code = (
      { reachable: 'worker_blocked', unreachable: 'asset_load_failed', timed_out: 'asset_timeout' } as const
    )[script];
    throw captureError(code, `${address}: ${causes.join('; ')}`);
  }

  /** Instantiates the engine in the worker of the first capture, before its start. */
  prepare(engine: Engine): void {
    if (this.#first) sendEngine(this.#first, engine);
    this.#isPrepared = true;
  }

  /** Returns a worker that begins a capture. */
  spawn(engine: Engine, config: unknown): Worker {
    const worker = this.#first ?? this.#construct(this.#address);
    if (!this.#first || !this.#isPrepared) sendEngine(worker, engine);
    this.#first = null;
    worker.onerror = null;
    const start: WorkerStart = { config };
    worker.postMessage(start);
    return worker;
  }

  /** Terminates the worker of the trial if no capture has used it. */
  close(): void {
    this.#first?.terminate();
    this.#first = null;
  }
}
