// What npm test and npm run test:all do: set up what is missing and run the checks and tests, the quickest first. The
// end-to-end tests come last, with lints at low priority beside them, and what this prints ends with the summary of node's
// test runner.

import { join } from 'node:path';
import { buildAll } from '../build/all.mjs';
import { apiDocs } from '../build/api-docs.mjs';
import { buildPackage } from '../build/package.mjs';
import { run, runBehind, say } from '../cli/run.mjs';
import { allEnd, Steps } from '../cli/steps.mjs';
import { browsers } from '../setup/browsers.mjs';
import { npmPackages } from '../setup/npm-packages.mjs';
import { installTarball, packagingPackages } from '../setup/package-consumers.mjs';
import { postgres } from '../setup/postgres.mjs';
import { pythonTools } from '../setup/python.mjs';
import { startS3 } from '../setup/s3.mjs';
import { denyDependencies } from './cargo-deny.mjs';
import {
  BUILT,
  buildNative,
  lintNative,
  lintSmallService,
  nativeTests,
  requireClippy,
  serviceOnPostgres,
} from './native.mjs';
import { endToEnd, unitTests } from './node-tests.mjs';
import { fuzz } from './schemathesis.mjs';
import { formatted, githubFiles, proofread, typed } from './source.mjs';
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

/** What tests the native crates. They have time limits of their own, so nothing goes before them. */
async function nativeChecks(steps, all, hasPython) {
  // Here already: this only tells.
  const hasPostgres = await postgres();
  if (all) await steps.run('API documents', apiDocs);
  await steps.run('native tests', async () => {
    const s3 = hasPython ? await startS3() : null;
    try {
      await nativeTests({ all, hasPostgres, s3: s3?.url });
    } finally {
      await s3?.close();
    }
  });
  if (all && hasPostgres) await steps.run('the service on PostgreSQL', serviceOnPostgres);
  if (hasPython) await steps.run('schemas of .github', githubFiles);
  if (hasPython) await steps.run("schemathesis on the service's APIs", fuzz);
}

/** What the end-to-end tests play to their cameras, and the wasm's own tests: those run the engine in a browser, too. */
async function wasmChecks(steps, all) {
  await steps.run('videos of the stories', () => run(process.execPath, ['scripts/scenarios.mjs']));
  if (!all) return;
  await steps.run('wasm tests in headless Chromium', () => wasmTests('simd', ['web_*']));
  for (const build of ['relaxed', 'scalar']) {
    await steps.run(`detection and pixels in headless Chromium, ${build} build`, () =>
      wasmTests(build, ['web_detection', 'web_pixels']),
    );
  }
}

/** What may take its time beside the end-to-end tests: it has no time limits. */
async function lints(steps, all) {
  await steps.run('clippy, wasm', () => lintWasm(runBehind));
  // Without `all` the crates were linted while they were compiled.
  if (!all) return;
  await steps.run('clippy, native', () => lintNative(runBehind));
  await steps.run('clippy, the service of npm start', () => lintSmallService(runBehind));
}

/** Sets up, builds, checks and tests. `all`: the slow matrices too */
export async function testEverything({ all }) {
  // The service that is tested throughout: the one that the native tests need anyway.
  process.env.TEST_SERVICE ??= join(BUILT, 'nearfar-server');
  process.env.TEST_PROGRAMS ??= BUILT;
  if (!all) process.env.TEST_BRIEF ??= '1';
  requireClippy();
  const steps = new Steps();
  // Beside the set-up, which waits for the network, and the wasm, of which each build is one long unit.
  const native = steps.begin('build, native tests and service', () => buildNative({ all }));
  await steps.run('set-up', () => allEnd([nodePackages(all), debianPackages(all)]));
  await steps.run('rustfmt and biome', formatted);
  await steps.run('spelling, Markdown and workflows', proofread);
  if (all) await steps.run('cargo-deny', denyDependencies);
  await steps.run('build, page', buildAll);
  await steps.run('tsc', typed);
  await steps.run('npm package', async () => {
    await buildPackage();
    if (all) await installTarball();
  });
  await steps.run('unit tests of the page', unitTests);
  await native;
  const hasPython = all && (await pythonTools());
  if (all && !hasPython)
    say('!!!! SKIPPED: schemathesis and the tests on S3. They need python3 with venv and pip !!!!');
  await allEnd([nativeChecks(steps, all, hasPython), wasmChecks(steps, all)]);
  const behind = lints(steps, all);
  const last = async () => {
    await behind.catch(() => undefined);
    return steps.table();
  };
  say('--- end to end');
  await allEnd([behind, endToEnd({ all, last })]);
}
