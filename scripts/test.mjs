// npm test: sets up what is missing and runs the checks and tests, the quickest first. The end-to-end tests come last,
// so that what this prints ends with the summary of node's test runner.

import { join } from 'node:path';
import { apiDocs } from './lib/api-docs.mjs';
import { browsers } from './lib/browsers.mjs';
import { buildAll } from './lib/build.mjs';
import { readArguments } from './lib/command.mjs';
import { installTarball, packagingPackages } from './lib/consumers.mjs';
import { denyDependencies } from './lib/deny.mjs';
import { BUILT, buildNative, lintNative, nativeTests, serviceOnPostgres } from './lib/native.mjs';
import { endToEnd, unitTests } from './lib/node-tests.mjs';
import { buildPackage } from './lib/package.mjs';
import { npmPackages } from './lib/packages.mjs';
import { postgres } from './lib/postgres.mjs';
import { pythonTools } from './lib/python.mjs';
import { main, run, say } from './lib/run.mjs';
import { startS3 } from './lib/s3.mjs';
import { fuzz } from './lib/schemathesis.mjs';
import { formatted, typed } from './lib/source-checks.mjs';
import { allEnd, Steps } from './lib/steps.mjs';
import { lintWasm, wasmTests } from './lib/wasm-tests.mjs';

const COMMAND = {
  name: 'npm test',
  summary:
    'Sets up what is missing (browsers, PostgreSQL, npm packages), builds everything, and runs the checks and tests.\n' +
    'CONTRIBUTING.md says how to run one of them alone.',
  options: {
    all: {
      help:
        'The slow matrices too: every browser, framework, bundler, proxy and language, each build of the wasm, the\n' +
        '                        service on PostgreSQL, S3, schemathesis, licences, API documents (npm run test:all)',
    },
  },
  environment: [
    ['TEST_ALL=1', 'With --all: every page in every language instead of each third by turns, and more old bundlers'],
    ['TEST_SERVICE=FILE', 'The nearfar-server to test end to end [default: the one that is built here]'],
  ],
};

/** One after another: apt has a lock. */
async function debianPackages(all) {
  await browsers(['chromium', 'chromedriver', ...(all ? ['firefox', 'webkitDriver', 'xvfb'] : [])]);
  await postgres();
  if (all) await pythonTools();
}

/** What the native crates are checked by. */
async function nativeChecks(steps, all) {
  // Here already: these only tell.
  const hasPostgres = await postgres();
  const hasPython = all && (await pythonTools());
  if (all && !hasPython)
    say('!!!! SKIPPED: schemathesis and the tests on S3. They need python3 with venv and pip !!!!');
  await steps.run('clippy, native', lintNative);
  if (all) await steps.run('API documents', apiDocs);
  await steps.run('native tests', async () => {
    const s3 = hasPython ? await startS3() : null;
    try {
      await nativeTests(hasPostgres, s3?.url);
    } finally {
      await s3?.close();
    }
  });
  if (all && hasPostgres) await steps.run('the service on PostgreSQL', serviceOnPostgres);
  if (hasPython) await steps.run("schemathesis on the service's APIs", fuzz);
}

/** What the wasm is checked by, and what the end-to-end tests play to their cameras. */
async function wasmChecks(steps, all) {
  await steps.run('videos of the stories', async () => {
    await run(process.execPath, ['scripts/stories.mjs']);
    await run(process.execPath, ['scripts/stories.mjs', 'far_to_near', '--shape', 'landscape']);
  });
  await steps.run('clippy, wasm', lintWasm);
  await steps.run('wasm tests in headless Chromium', () => wasmTests('simd', ['web_*']));
  for (const build of all ? ['relaxed', 'scalar'] : []) {
    await steps.run(`detection and pixels in headless Chromium, ${build} build`, () =>
      wasmTests(build, ['web_detection', 'web_pixels']),
    );
  }
}

await main(async () => {
  const { all = false } = readArguments(COMMAND).values;
  // The service that is tested throughout: the one that the native tests need anyway.
  process.env.TEST_SERVICE ??= join(BUILT, 'nearfar-server');
  process.env.TEST_PROGRAMS ??= BUILT;
  if (!all) process.env.TEST_BRIEF ??= '1';
  const steps = new Steps();
  // Beside the set-up, which waits for the network, and the wasm, of which each build is one long unit.
  const native = steps.begin('build, native tests and service', buildNative);
  await steps.run('set-up', () => allEnd([npmPackages().then(packagingPackages), debianPackages(all)]));
  await steps.run('rustfmt and biome', formatted);
  if (all) await steps.run('cargo-deny', denyDependencies);
  await steps.run('build, page', buildAll);
  await steps.run('tsc', typed);
  await steps.run('npm package', async () => {
    await buildPackage();
    await installTarball();
  });
  await steps.run('unit tests of the page', unitTests);
  await native;
  await allEnd([nativeChecks(steps, all), wasmChecks(steps, all)]);
  say('--- end to end');
  await endToEnd({ all, last: () => steps.table() });
});
