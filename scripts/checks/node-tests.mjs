// Node's own test runner over our files: which of them run, in which order, and how many at once.

import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run as runTests } from 'node:test';
import { spec, tap } from 'node:test/reporters';
import { root, UserError } from '../cli/run.mjs';

/** Tests of what the engine tells of single frames: each needs both cores for its browser, but for what has low priority. */
const ALONE = ['engines', 'far-to-near', 'instructions'];

/** So many of the others share two cores, which four keep busy for nine tenths of the time. */
const AT_ONCE = 4;

/** The longest files begin first, in this order, or one of them would be all that runs in the end. */
const LONGEST = ['packaging', 'pages', 'devices', 'configure', 'trouble', 'journey', 'screens', 'injection-evidence'];

/**
 * The slow matrices: every browser, framework, bundler, linter, proxy, setting, shape of screen, attribute and header, and
 * every way in which storage, a camera, a clock, a worker, an upload or another instance fails; and what needs the
 * packages of tests/packaging. npm run test:all.
 */
const MATRICES = [
  ...['checks', 'configure', 'engines', 'older-browsers', 'openapi-types', 'packaging', 'proxies', 'react', 'screens'],
  ...['attributes', 'blocked-storage', 'camera-trouble', 'cancel', 'chunks', 'clocks', 'embed'],
  ...['engine-errors', 'headers', 'headless', 'instances', 'return'],
];

const name = (file) => basename(file, '.test.mjs');
const place = (file) => (LONGEST.includes(name(file)) ? LONGEST.indexOf(name(file)) : LONGEST.length);

function testFiles(folder) {
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith('.test.mjs'));
  return names.map((name) => join(folder, name));
}

/**
 * Runs test files in this order, so many at once, and prints what node's own runner prints. `last`: makes the lines to
 * print just before its summary, so that this stays the end
 * @returns {Promise<boolean>} whether all passed
 */
async function tested(atOnce, files, last = () => []) {
  // On the command line node would sort the files.
  const tests = runTests({ files: files.map((file) => join(root, file)), concurrency: atOnce });
  let passed = true;
  tests.on('test:fail', ({ todo }) => {
    if (todo === undefined) passed = false;
  });
  async function* withLastLines(events) {
    for await (const event of events) {
      // The summary is the runner's last words of no file; its first line counts the tests.
      const { type, data } = event;
      if (type === 'test:diagnostic' && data.file === undefined && /^tests \d+$/.test(data.message)) {
        for (const message of await last()) yield { type: 'test:diagnostic', data: { ...data, message } };
      }
      yield event;
    }
  }
  const reporter = process.stdout.isTTY ? new spec() : tap;
  await pipeline(tests, withLastLines, reporter, process.stdout, { end: false });
  return passed;
}

/** The tests that need nothing but the sources and the npm packages. */
export async function unitTests() {
  if (!(await tested(AT_ONCE, testFiles(join('tests', 'unit'))))) throw new UserError('a test failed');
}

/**
 * The tests in browsers, with the built service and page. `all`: the slow matrices too; `last`: see `tested`
 */
export async function endToEnd({ all, last }) {
  const known = ['packaging', 'e2e'].flatMap((folder) => testFiles(join('tests', folder)));
  const files = known.filter((file) => all || !MATRICES.includes(name(file)));
  const isAlone = (file) => ALONE.includes(name(file));
  const others = files.filter((file) => !isAlone(file)).sort((one, other) => place(one) - place(other));
  // What fails among the first does not keep the others from being tested.
  const first = await tested(1, files.filter(isAlone));
  const rest = await tested(AT_ONCE, others, last);
  if (!first || !rest) throw new UserError('a test failed');
}
