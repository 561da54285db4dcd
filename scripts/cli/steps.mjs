// The steps of a long command, and how long each took.

import { say } from './run.mjs';

const seconds = (ms) => `${Math.round(ms / 1000)} s`;

/** Runs named steps, one after another or at the same time, and keeps their times. */
export class Steps {
  #start = performance.now();
  #done = [];

  /** Runs one step; says so where it fails, as others may run on. */
  async run(name, body) {
    say(`--- ${name}`);
    const start = performance.now();
    try {
      await body();
    } catch (error) {
      say(`!!! failed: ${name}`);
      throw error;
    } finally {
      this.#done.push({ name, ms: performance.now() - start });
    }
  }

  /** Begins a step that others need not wait for. Its failure is told where it is waited for. */
  begin(name, body) {
    const running = this.run(name, body);
    running.catch(() => undefined);
    return running;
  }

  /** A line for each step that has ended, in that order, and one for the whole. */
  table() {
    const rows = [...this.#done, { name: 'everything so far', ms: performance.now() - this.#start }];
    const width = Math.max(...rows.map(({ name }) => name.length));
    return rows.map(({ name, ms }) => `${name.padEnd(width)}  ${seconds(ms).padStart(7)}`);
  }
}

/** Waits for all, which run beside one another. The failure of one does not end the others. */
export async function allEnd(running) {
  for (const end of await Promise.allSettled(running)) if (end.status === 'rejected') throw end.reason;
}
