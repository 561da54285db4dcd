// What is under way and how far it is: on a terminal one line that moves, elsewhere a line now and then. All of it goes to
// stderr, since what some commands print is read by programs.

/** How often the line of a terminal moves, and how often a log gets one. */
const MOVES_MS = 250;
const LOGS_MS = 15_000;

/** A step that took less is not worth a line at its end. */
const LEAST_MS = 1000;

/** Clears a terminal's line from the cursor to its end. */
const CLEAR = '\x1b[K';

/** Every step under way, the one that began first in front: when it began, and how far it is (`12/34`). */
const steps = new Map();

let timer;
let shown = false;

const terminal = () => process.stderr.isTTY === true;
const seconds = (since) => Math.round((performance.now() - since) / 1000);

/** The steps under way, the longest first, each with its units or seconds. */
function summary() {
  const each = [...steps].map(([name, { began, units }]) => [name, units, `${seconds(began)} s`].filter(Boolean));
  return each.map((words) => words.join(' ')).join(', ');
}

function show() {
  if (!terminal()) return console.error(`[nearfar] still ${summary()}`);
  // Back at the line's start, so that what other programs print takes its place.
  const line = `[nearfar] ${summary()}`.slice(0, (process.stderr.columns ?? 80) - 1);
  process.stderr.write(`\r${line}${CLEAR}\r`);
  shown = true;
}

/** Clears the line that moves, for what is printed next. */
export function clearLine() {
  if (!shown) return;
  process.stderr.write(`\r${CLEAR}`);
  shown = false;
}

/**
 * Shows a step while it is under way, and how long it took.
 * @template T
 * @param {string} name what is being done: `compiling the service`
 * @param {Promise<T> | ((units: (text: string) => void) => Promise<T>)} work the step, or what does it and says how far
 *   it is: `12/34`
 * @returns {Promise<T>}
 */
export async function progress(name, work) {
  const step = { began: performance.now(), units: '' };
  steps.set(name, step);
  timer ??= setInterval(show, terminal() ? MOVES_MS : LOGS_MS);
  try {
    return await (typeof work === 'function'
      ? work((text) => {
          step.units = text;
        })
      : work);
  } finally {
    steps.delete(name);
    clearLine();
    if (performance.now() - step.began >= LEAST_MS) console.error(`[nearfar] ${seconds(step.began)} s for ${name}`);
    if (steps.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  }
}
