// The figures in docs/PERFORMANCE.md, between two markers.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, Stop } from '../../scripts/lib/run.mjs';

const FILE = join(root, 'docs', 'PERFORMANCE.md');
const [OPEN, CLOSE] = ['<!-- figures -->', '<!-- /figures -->'];

/** Replaces what stands between the markers. */
export function writeDocs({ machine, versions }, tables) {
  const text = readFileSync(FILE, 'utf8');
  const [start, end] = [text.indexOf(OPEN), text.indexOf(CLOSE)];
  if (start < 0 || end < start) throw new Stop(`${FILE} has lost its markers ${OPEN} and ${CLOSE}`);
  const facts = [
    `Measured on ${machine.date}: ${machine.cpu}, ${machine.cores} cores, ${machine.memory_gb} GB; Chromium ` +
      `${versions.chromium} headless; ${versions.rustc}; tasks-vision ${versions.tasks_vision}, TensorFlow.js ` +
      `${versions.tfjs}, blazeface ${versions.blazeface}. Load of the machine when it began: ${machine.load}.`,
    '',
    '```',
    tables.trim(),
    '```',
  ];
  writeFileSync(FILE, `${text.slice(0, start + OPEN.length)}\n${facts.join('\n')}\n${text.slice(end)}`);
}
