// Runs the tests with Node's test runner: which files, in which order, and how many at once.

import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run as runTests } from 'node:test';
import { spec, tap } from 'node:test/reporters';
import { root, UserError } from '../cli/run.mjs';

/** Tests of single frames of the engine. Each needs both cores for its browser, so it runs alone. */
export const ALONE = ['browser-engines', 'far-to-near', 'instructions'];

/** How many other files run at once: four keep two cores busy for nine tenths of the time. */
const CONCURRENCY = 4;

/** The longest files start first, in this order; otherwise one of them would run alone at the end. */
export const LONGEST = [
  ...[
    'testing-kit',
    'packaging',
    'every-screen',
    'devices',
    'configure-ui',
    'journey-recovery',
    'journey',
    'zoom-and-orientation',
  ],
  'injection-evidence',
];

/**
 * The slow matrices, which only npm run test:all runs: every browser, framework, bundler, linter, proxy, setting,
 * screen shape, attribute and header; every way to deploy; all failures of storage, cameras, clocks, workers, uploads
 * and instances; and everything that needs the packages of tests/packaging.
 */
export const MATRICES = [
  ...[
    'attributes',
    'back-forward-cache',
    'backends',
    'blocked-storage',
    'browser-engines',
    'camera-recovery',
    'cancel',
  ],
  ...[
    'checks',
    'chunk-loading',
    'clients',
    'clock-skew',
    'configure-ui',
    'cures',
    'embed',
    'engine-errors',
    'frameworks',
    'headers',
  ],
  ...[
    'headless',
    'multiple-instances',
    'older-browsers',
    'openapi-types',
    'operator-walk',
    'packaging',
    'proxies',
    'session',
    'site-engines',
  ],
  ...['testing-browsers', 'testing-examples', 'testing-kit', 'webview'],
  'zoom-and-orientation',
  ...['caddy', 'compose', 'image', 'kustomize', 'nginx', 'systemd'],
];

/** The name of a test file in the lists above. */
export const testName = (file) => basename(file, '.test.mjs');
const rank = (file) => (LONGEST.includes(testName(file)) ? LONGEST.indexOf(testName(file)) : LONGEST.length);

/** The test files of a folder. */
function testFiles(folder) {
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith('.test.mjs'));
  return names.map((name) => join(folder, name));
}

/**
 * Runs test files in this order and prints the output of Node's own runner. `concurrency`: how many at once;
 * `lastLines`: returns the lines to print just before the summary, which stays at the end
 * @returns {Promise<boolean>} whether all passed
 */
async function runTestFiles(concurrency, files, lastLines = () => []) {
  // On the command line, node would sort the files.
  const tests = runTests({ files: files.map((file) => join(root, file)), concurrency });
  let passed = true;
  tests.on('test:fail', ({ todo }) => {
    if (todo === undefined) passed = false;
  });
  async function* withLastLines(events) {
    for await (const event of events) {
      // The summary belongs to no file; its first line counts the tests.
      const { type, data } = event;
      if (type === 'test:diagnostic' && data.file === undefined && /^tests \d+$/.test(data.message)) {
        for (const message of await lastLines()) yield { type: 'test:diagnostic', data: { ...data, message } };
      }
      yield event;
    }
  }
  const reporter = process.stdout.isTTY ? new spec() : tap;
  await pipeline(tests, withLastLines, reporter, process.stdout, { end: false });
  return passed;
}

/** Runs the unit tests, which need only the sources and the npm packages. */
export async function unitTests() {
  if (!(await runTestFiles(CONCURRENCY, testFiles(join('tests', 'unit'))))) throw new UserError('a test failed');
}

/** The files of the tests in browsers and of deployments. */
export const browserTests = () => ['packaging', 'e2e', 'deploy'].flatMap((folder) => testFiles(join('tests', folder)));

/**
 * Runs the tests in browsers, with the built service and page. `all`: the slow matrices too; `lastLines`: see
 * `runTestFiles`
 */
export async function endToEnd({ all, lastLines }) {
  const files = browserTests().filter((file) => all || !MATRICES.includes(testName(file)));
  const isAlone = (file) => ALONE.includes(testName(file));
  const others = files.filter((file) => !isAlone(file)).sort((one, other) => rank(one) - rank(other));
  // A failure of the first ones does not stop the others.
  const first = await runTestFiles(1, files.filter(isAlone));
  const rest = await runTestFiles(CONCURRENCY, others, lastLines);
  if (!first || !rest) throw new UserError('a test failed');
}
