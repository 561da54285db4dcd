// Shows the running steps and their progress: on a terminal one line that updates, elsewhere a line every few seconds.
// It writes to stderr, since programs read what some commands print.

/** How often the line on a terminal is updated, and how often a log gets one. */
const TERMINAL_INTERVAL_MS = 250;
const LOG_INTERVAL_MS = 15_000;

/** A shorter step prints no line at its end. */
const MIN_REPORTED_MS = 1000;

/** The escape sequence that clears a terminal's line from the cursor to its end. */
const CLEAR = '\x1b[K';

/** The running steps, oldest first: when each began, and its progress (`12/34`). */
const steps = new Map();

let timer;
let shown = false;

const terminal = () => process.stderr.isTTY === true;
const seconds = (since) => Math.round((performance.now() - since) / 1000);

/** The running steps, oldest first, each with its units and seconds. */
function summary() {
  const each = [...steps].map(([name, { began, units }]) => [name, units, `${seconds(began)} s`].filter(Boolean));
  return each.map((parts) => parts.join(' ')).join(', ');
}

function show() {
  if (!terminal()) return console.error(`[nearfar] still ${summary()}`);
  // The cursor returns to the line's start, so that the output of other programs replaces the line.
  const line = `[nearfar] ${summary()}`.slice(0, (process.stderr.columns ?? 80) - 1);
  process.stderr.write(`\r${line}${CLEAR}\r`);
  shown = true;
}

/** Clears the progress line before other output. */
export function clearLine() {
  if (!shown) return;
  process.stderr.write(`\r${CLEAR}`);
  shown = false;
}

/**
 * Shows a step while it runs, and how long it took.
 * @template T
 * @param {string} name the step: `compiling the service`
 * @param {Promise<T> | ((units: (text: string) => void) => Promise<T>)} work the running step, or a function that runs
 *   it and reports its progress: `12/34`
 * @returns {Promise<T>}
 */
export async function progress(name, work) {
  const step = { began: performance.now(), units: '' };
  steps.set(name, step);
  timer ??= setInterval(show, terminal() ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS);
  try {
    return await (typeof work === 'function'
      ? work((text) => {
          step.units = text;
        })
      : work);
  } finally {
    steps.delete(name);
    clearLine();
    if (performance.now() - step.began >= MIN_REPORTED_MS)
      console.error(`[nearfar] ${seconds(step.began)} s for ${name}`);
    if (steps.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  }
}
