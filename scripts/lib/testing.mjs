// What npm test and npm run test:all do: set up what is missing and run the checks and tests, the quickest first. The
// end-to-end tests come last, so that what this prints ends with the summary of node's test runner.

import { join } from 'node:path';
import { apiDocs } from './api-docs.mjs';
import { browsers } from './browsers.mjs';
import { buildAll } from './build.mjs';
import { installTarball, packagingPackages } from './consumers.mjs';
import { denyDependencies } from './deny.mjs';
import { BUILT, buildNative, lintNative, nativeTests, serviceOnPostgres } from './native.mjs';
import { endToEnd, unitTests } from './node-tests.mjs';
import { buildPackage } from './package.mjs';
import { npmPackages } from './packages.mjs';
import { postgres } from './postgres.mjs';
import { pythonTools } from './python.mjs';
import { run, say } from './run.mjs';
import { startS3 } from './s3.mjs';
import { fuzz } from './schemathesis.mjs';
import { formatted, typed } from './source-checks.mjs';
import { allEnd, Steps } from './steps.mjs';
import { lintWasm, wasmTests } from './wasm-tests.mjs';

async function nodePackages(all) {
  await npmPackages();
  if (all) await packagingPackages();
}

/** One after another: apt has a lock. */
async function debianPackages(all) {
  await browsers(['chromium', ...(all ? ['chromedriver', 'firefox', 'webkitDriver', 'xvfb'] : [])]);
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
  // The end-to-end tests run the engine in a browser, too.
  if (!all) return;
  await steps.run('wasm tests in headless Chromium', () => wasmTests('simd', ['web_*']));
  for (const build of ['relaxed', 'scalar']) {
    await steps.run(`detection and pixels in headless Chromium, ${build} build`, () =>
      wasmTests(build, ['web_detection', 'web_pixels']),
    );
  }
}

/** Sets up, builds, checks and tests. `all`: the slow matrices too */
export async function testEverything({ all }) {
  // The service that is tested throughout: the one that the native tests need anyway.
  process.env.TEST_SERVICE ??= join(BUILT, 'nearfar-server');
  process.env.TEST_PROGRAMS ??= BUILT;
  if (!all) process.env.TEST_BRIEF ??= '1';
  const steps = new Steps();
  // Beside the set-up, which waits for the network, and the wasm, of which each build is one long unit.
  const native = steps.begin('build, native tests and service', buildNative);
  await steps.run('set-up', () => allEnd([nodePackages(all), debianPackages(all)]));
  await steps.run('rustfmt and biome', formatted);
  if (all) await steps.run('cargo-deny', denyDependencies);
  await steps.run('build, page', buildAll);
  await steps.run('tsc', typed);
  await steps.run('npm package', async () => {
    await buildPackage();
    if (all) await installTarball();
  });
  await steps.run('unit tests of the page', unitTests);
  await native;
  await allEnd([nativeChecks(steps, all), wasmChecks(steps, all)]);
  say('--- end to end');
  await endToEnd({ all, last: () => steps.table() });
}
