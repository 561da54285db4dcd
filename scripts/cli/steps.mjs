// Runs the steps of a long command and measures how long each takes.

import { log } from './run.mjs';

const seconds = (ms) => `${Math.round(ms / 1000)} s`;

/** Runs named steps, sequentially or in parallel, and records their durations. */
export class Steps {
  #start = performance.now();
  #done = [];

  /** Runs one step. A failure is logged at once, since other steps may still run. */
  async run(name, body) {
    log(`--- ${name}`);
    const start = performance.now();
    try {
      await body();
    } catch (error) {
      log(`!!! failed: ${name}`);
      throw error;
    } finally {
      this.#done.push({ name, ms: performance.now() - start });
    }
  }

  /** Starts a step in the background. Its failure is thrown where the returned promise is awaited. */
  begin(name, body) {
    const running = this.run(name, body);
    running.catch(() => undefined);
    return running;
  }

  /** A line for each finished step, in the order in which they finished, and one for the total. */
  table() {
    const rows = [...this.#done, { name: 'total so far', ms: performance.now() - this.#start }];
    const width = Math.max(...rows.map(({ name }) => name.length));
    return rows.map(({ name, ms }) => `${name.padEnd(width)}  ${seconds(ms).padStart(7)}`);
  }
}

/** Waits for all promises, then throws the first failure: one failure does not stop the others. */
export async function waitForAll(running) {
  for (const end of await Promise.allSettled(running)) if (end.status === 'rejected') throw end.reason;
}
