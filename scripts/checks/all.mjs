// npm test and npm run test:all: installs what is missing and runs the checks and tests, the quickest first. The
// end-to-end tests come last, with lints at low priority in parallel, so that the output ends with the summary of
// Node's test runner.

import { join } from 'node:path';
import { startS3 } from '../../tests/testkit/service/s3.mjs';
import { buildAll } from '../build/all.mjs';
import { apiDocs } from '../build/api-docs.mjs';
import { buildNative, DEBUG_DIR } from '../build/native.mjs';
import { buildPackage, tarball } from '../build/package.mjs';
import { log, run, runInBackground } from '../cli/run.mjs';
import { Steps, waitForAll } from '../cli/steps.mjs';
import { ensureBackEndLanguages } from '../setup/back-end-languages.mjs';
import { ensureBrowsers } from '../setup/browsers.mjs';
import { ensureDeploymentPrograms } from '../setup/deployment.mjs';
import { ensureJava } from '../setup/java.mjs';
import { installNpmPackages } from '../setup/npm-packages.mjs';
import { installPackagingPackages, installTarball } from '../setup/package-consumers.mjs';
import { ensurePostgres } from '../setup/postgres.mjs';
import { installPythonTools } from '../setup/python.mjs';
import { checkDependencies } from './cargo-deny.mjs';
import { lintDefaultService, lintNative, nativeTests, requireClippy, serviceOnPostgres } from './native.mjs';
import { endToEnd, unitTests } from './node-tests.mjs';
import { runSchemathesis } from './schemathesis.mjs';
import { checkFormat, checkGithubFiles, checkProse, checkTypes } from './source.mjs';
import { lintWasm, wasmTests } from './wasm-tests.mjs';

async function installNodePackages(all) {
  await installNpmPackages();
  if (all) await installPackagingPackages();
}

/** Sequential, since apt has a lock. */
async function installDebianPackages(all) {
  await ensureBrowsers(['chromium', ...(all ? ['chromedriver', 'firefox', 'webkitDriver', 'xvfb'] : [])]);
  await ensurePostgres();
  if (!all) return;
  await ensureJava();
  await ensureBackEndLanguages();
  await ensureDeploymentPrograms();
  await installPythonTools();
}

/** Tests the native crates. Their tests have time limits, so they run at normal priority. */
async function nativeChecks(steps, all, hasPython) {
  // Installed already: this only returns whether it is there.
  const hasPostgres = await ensurePostgres();
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
  if (hasPython) await steps.run('schemas of .github', checkGithubFiles);
  if (hasPython) await steps.run("schemathesis on the service's APIs", runSchemathesis);
}

/** Renders the videos of the end-to-end tests, and runs the wasm tests, which need a browser too. */
async function wasmChecks(steps, all) {
  await steps.run('scenario videos', () => run(process.execPath, ['scripts/scenarios.mjs']));
  if (!all) return;
  await steps.run('wasm tests in headless Chromium', () => wasmTests('simd', ['web_*']));
  for (const build of ['relaxed', 'scalar']) {
    await steps.run(`detection and pixels in headless Chromium, ${build} build`, () =>
      wasmTests(build, ['web_detection', 'web_pixels']),
    );
  }
}

/** Lints, in parallel with the end-to-end tests: they have no time limits. */
async function lints(steps, all) {
  await steps.run('clippy, wasm', () => lintWasm(runInBackground));
  // Without `all`, clippy has linted the crates while compiling them.
  if (!all) return;
  await steps.run('clippy, native', () => lintNative(runInBackground));
  await steps.run('clippy, the service of npm start', () => lintDefaultService(runInBackground));
}

/** Installs, builds, checks and tests. `all`: the slow matrices too */
export async function testEverything({ all }) {
  // All tests use the service that the native tests need anyway.
  process.env.TEST_SERVICE ??= join(DEBUG_DIR, 'nearfar-server');
  process.env.TEST_PROGRAMS ??= DEBUG_DIR;
  if (!all) process.env.TEST_BRIEF ??= '1';
  requireClippy();
  const steps = new Steps();
  // In parallel with the set-up, which waits for the network, and the wasm builds, each of which is one long unit.
  const native = steps.begin('build, native tests and service', () => buildNative({ all }));
  await steps.run('set-up', () => waitForAll([installNodePackages(all), installDebianPackages(all)]));
  await steps.run('rustfmt and biome', checkFormat);
  await steps.run('spelling, Markdown and workflows', checkProse);
  if (all) await steps.run('cargo-deny', checkDependencies);
  await steps.run('build, page', buildAll);
  await steps.run('tsc', checkTypes);
  await steps.run('npm package', async () => {
    await buildPackage();
    if (all) await installTarball(tarball());
  });
  await steps.run('unit tests of the page', unitTests);
  await native;
  const hasPython = all && (await installPythonTools());
  if (all && !hasPython)
    log('!!!! SKIPPED: schemathesis and the tests on S3. Both need python3 with venv and pip !!!!');
  await waitForAll([nativeChecks(steps, all, hasPython), wasmChecks(steps, all)]);
  const linting = lints(steps, all);
  const lastLines = async () => {
    await linting.catch(() => undefined);
    return steps.table();
  };
  log('--- end to end');
  await waitForAll([linting, endToEnd({ all, lastLines })]);
}
