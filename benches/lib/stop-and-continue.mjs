// The program of slow-process.mjs: stops processes and lets them continue, in turn. Arguments: the slowdown, and the
// processes' numbers. Ends at a message, or when its parent has ended, and sends the share of the time in which the
// processes ran.

import { setImmediate as nextTurn } from 'node:timers/promises';

/** A stop and a run together, in ms: short beside the work on a frame, long beside the cost of a signal. */
const PERIOD_MS = 4;

const [rate, ...pids] = process.argv.slice(2).map(Number);
let isEnding = false;
const end = () => {
  isEnding = true;
};
process.once('message', end);
process.once('disconnect', end);

/** Sends a signal to the processes that still exist. */
function send(signal) {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  }
}

/** Timers of the event loop are too coarse. */
const clock = new Int32Array(new SharedArrayBuffer(4));
const wait = (ms) => Atomics.wait(clock, 0, 0, ms);

const begun = performance.now();
let ran = 0;
try {
  while (!isEnding) {
    const from = performance.now();
    send('SIGCONT');
    wait(PERIOD_MS / rate);
    send('SIGSTOP');
    const now = performance.now();
    ran += now - from;
    await nextTurn();
    // Whichever wait was too long, the share over the whole time stays 1 / rate.
    wait(Math.max(ran * rate - (performance.now() - begun), 0));
  }
} finally {
  send('SIGCONT');
}
const share = ran / (performance.now() - begun);
if (process.connected) process.send(share, () => process.disconnect());
