// Describes the machine that the figures were measured on.

import { cpus, loadavg, totalmem } from 'node:os';

/** The machine's properties. `load`: its load average over the last minute. */
export function machine() {
  return {
    cpu: cpus()[0].model,
    cores: cpus().length,
    memory_gb: Math.round(totalmem() / 2 ** 30),
    date: new Date().toISOString().slice(0, 10),
    load: loadavg()[0].toFixed(1),
  };
}

/** The same as sentences for the documents. */
export function formatMachine({ date, cpu, cores, memory_gb, load }) {
  return {
    where: `Measured on ${date}: ${cpu}, ${cores} cores, ${memory_gb} GB`,
    load: `Machine load at the start: ${load}`,
  };
}
