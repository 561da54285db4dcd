// Slows processes down: they run for a share of the time and are stopped for the rest.
//
// Chromium's own Emulation.setCPUThrottlingRate slows the main thread of a page only, and the engine runs in a worker.
// Stopping the process stops all of its threads, which is what cpulimit does too.

import { fork } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { log } from '../../scripts/cli/run.mjs';

const PROGRAM = fileURLToPath(new URL('stop-and-continue.mjs', import.meta.url));

/** On a busy machine, waits are precise only at a high priority, which needs privileges. */
function prioritize({ pid }) {
  try {
    setPriority(pid, constants.priority.PRIORITY_HIGHEST);
  } catch (error) {
    log(`the slowdown is less even on a busy machine: ${error.message}`);
  }
}

/**
 * Starts to slow processes down `rate` times.
 * @returns {() => Promise<number>} ends it; returns the share of the time in which the processes ran
 */
export function slowDown(pids, rate) {
  const child = fork(PROGRAM, [String(rate), ...pids.map(String)]);
  prioritize(child);
  const share = new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${PROGRAM} ended with status ${code}`)));
  });
  // Reported when it is ended.
  share.catch(() => {});
  return async () => {
    if (child.connected) child.send('end');
    return await share;
  };
}
