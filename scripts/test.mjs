// npm test: sets up what is missing and runs every check and test, the quickest first. The end-to-end tests come
// last, so that what this prints ends with the summary of node's test runner.

import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run as runTests } from 'node:test';
import { spec, tap } from 'node:test/reporters';
import { apiDocs } from './lib/api-docs.mjs';
import { browsers, program } from './lib/browsers.mjs';
import { buildAll } from './lib/build.mjs';
import { readArguments } from './lib/command.mjs';
import { installTarball, packagingPackages } from './lib/consumers.mjs';
import { denyDependencies } from './lib/deny.mjs';
import { rustflags } from './lib/engine.mjs';
import { buildPackage } from './lib/package.mjs';
import { npmPackages } from './lib/packages.mjs';
import { postgres } from './lib/postgres.mjs';
import { pythonTools } from './lib/python.mjs';
import { main, root, run, Stop, say } from './lib/run.mjs';
import { startS3 } from './lib/s3.mjs';
import { fuzz } from './lib/schemathesis.mjs';
import { wasmBindgen, wasmToolchain } from './lib/toolchain.mjs';

const COMMAND = {
  name: 'npm test',
  summary:
    'Sets up what is missing (browsers, PostgreSQL, npm and Python packages), builds everything, and runs every check\n' +
    'and test. CONTRIBUTING.md says how to run one of them alone.',
  environment: [
    ['TEST_ALL=1', 'Every page in every language, and more old bundlers; without it each third language, by turns'],
    ['TEST_SERVICE=FILE', 'The nearfar-server to test end to end [default: the one that is built here]'],
  ],
};

const DENY_WARNINGS = ['--', '--deny', 'warnings'];

/** Begins a step that others need not wait for. Its failure is told where it is waited for. */
function begun(done, name, body) {
  const running = step(done, name, body);
  running.catch(() => undefined);
  return running;
}

/** Runs one named step and notes how long it took; says so where it fails, as others may run on. */
async function step(done, name, body) {
  say(`--- ${name}`);
  const start = performance.now();
  try {
    await body();
  } catch (error) {
    say(`!!! failed: ${name}`);
    throw error;
  }
  done.push(`${name} (${Math.round((performance.now() - start) / 1000)} s)`);
}

/** Warnings are errors in the wasm code too. Debian's toolchain for wasm has no clippy, only the compiler's own. */
function wasmLints(toolchain) {
  const clippy = toolchain.name === 'rustup';
  const lints = [clippy ? 'clippy' : 'check', '--locked', '--package', 'nearfar', '--lib', '--test', 'web_*'];
  return run(toolchain.cargo, [...lints, ...toolchain.args, ...(clippy ? DENY_WARNINGS : [])], {
    env: { ...toolchain.env, ...rustflags('simd') },
  });
}

/** The wasm tests: tests/web_*.rs, each a test binary for one environment, in headless Chromium. */
async function wasmTests(toolchain, build, patterns) {
  const tools = await wasmBindgen();
  const tests = patterns.flatMap((pattern) => ['--test', pattern]);
  await run(toolchain.cargo, ['test', '--locked', '--package', 'nearfar', ...tests, ...toolchain.args], {
    env: {
      ...toolchain.env,
      ...rustflags(build),
      CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: join(tools, 'bindgen-test-runner'),
      CHROMEDRIVER: program('chromedriver'),
      // Seconds for a program's tests, beside everything else that runs.
      WASM_BINDGEN_TEST_TIMEOUT: '120',
    },
  });
}

/** The workspace's native crates, always all of them: cargo would compile the libraries anew for a part of them. */
const NATIVE = ['--locked', '--workspace', '--exclude', 'wasm-bindgen-runner'];
/** All but their examples, which clippy looks at and which take as long to build as the tests. */
const TESTED = [...NATIVE, '--lib', '--bins', '--tests'];
/** Where cargo puts the programs that the native tests start. */
const BUILT = join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'debug');

/**
 * Every native test, the service's on SQLite; the store's suites use PostgreSQL beside it, and the service's run once
 * more on PostgreSQL alone. All share one PostgreSQL, which ends with its command.
 */
async function nativeTests(hasPostgres, s3) {
  const env = s3 ? { TEST_S3: s3.url } : {};
  if (!hasPostgres) return run('cargo', ['test', ...TESTED], { env });
  const shared = join(BUILT, 'with-postgres');
  await run(shared, ['cargo', 'test', '--no-fail-fast', ...TESTED], { env });
  await run(shared, ['cargo', 'test', ...NATIVE, '--test', 'service'], { env: { TEST_BACKEND: 'postgres' } });
}

/** Tests of what the engine tells of single frames: each needs both cores for its browser. */
const ALONE = ['engines', 'far-to-near', 'instructions'];

/** So many of the others share two cores: most of their time they wait for the film before the camera. */
const AT_ONCE = 3;

/** The longest files begin first, in this order, or one of them would be all that runs in the end. */
const LONGEST = ['packaging', 'pages', 'devices', 'configure', 'trouble', 'journey', 'screens', 'signs'];

/** Runs test files in this order, so many at once; prints what node's own runner prints, and tells whether all passed. */
async function tested(atOnce, files) {
  // On the command line node would sort the files.
  const tests = runTests({ files: files.map((file) => join(root, file)), concurrency: atOnce });
  let passed = true;
  tests.on('test:fail', ({ todo }) => {
    if (todo === undefined) passed = false;
  });
  await pipeline(tests, process.stdout.isTTY ? new spec() : tap, process.stdout, { end: false });
  return passed;
}

async function endToEnd() {
  const files = ['packaging', 'e2e'].flatMap((name) => {
    const folder = join('tests', name);
    const tests = readdirSync(join(root, folder)).filter((name) => name.endsWith('.test.mjs'));
    return tests.map((name) => join(folder, name));
  });
  const name = (file) => basename(file, '.test.mjs');
  const isAlone = (file) => ALONE.includes(name(file));
  const place = (file) => (LONGEST.includes(name(file)) ? LONGEST.indexOf(name(file)) : LONGEST.length);
  // What fails among the first does not keep the others from being tested.
  const first = await tested(1, files.filter(isAlone));
  const others = files.filter((file) => !isAlone(file)).sort((one, other) => place(one) - place(other));
  const rest = await tested(AT_ONCE, others);
  if (!first || !rest) throw new Stop('a test failed');
}

/** One after another: apt has a lock. */
async function debianPackages() {
  await browsers(['chromium', 'chromedriver', 'firefox', 'webkitDriver', 'xvfb']);
  await postgres();
  await pythonTools();
}

/** What the native crates are checked by. */
async function nativeChecks(done, hasPostgres, hasPython) {
  await step(done, 'clippy, native', () =>
    run('cargo', ['clippy', '--locked', '--workspace', '--all-targets', ...DENY_WARNINGS]),
  );
  await step(done, 'API documents', apiDocs);
  await step(done, 'native tests', async () => {
    const s3 = hasPython ? await startS3() : null;
    try {
      await nativeTests(hasPostgres, s3);
    } finally {
      await s3?.close();
    }
  });
  if (hasPython) await step(done, "schemathesis on the service's APIs", fuzz);
}

/** What the wasm is checked by, and what the end-to-end tests play to their cameras. */
async function wasmChecks(done) {
  await step(done, 'videos of the stories', async () => {
    await run(process.execPath, ['scripts/stories.mjs']);
    await run(process.execPath, ['scripts/stories.mjs', 'far_to_near', '--shape', 'landscape']);
  });
  const toolchain = await wasmToolchain();
  await step(done, 'clippy, wasm', () => wasmLints(toolchain));
  await step(done, 'wasm tests in headless Chromium', () => wasmTests(toolchain, 'simd', ['web_*']));
  for (const build of ['relaxed', 'scalar']) {
    await step(done, `detection and pixels in headless Chromium, ${build} build`, () =>
      wasmTests(toolchain, build, ['web_detection', 'web_pixels']),
    );
  }
}

/** Waits for all, which run beside one another. The failure of one does not end the others. */
async function allEnd(running) {
  for (const end of await Promise.allSettled(running)) if (end.status === 'rejected') throw end.reason;
}

await main(async () => {
  readArguments(COMMAND);
  // The service that is tested throughout: the one that the native tests need anyway.
  process.env.TEST_SERVICE ??= join(BUILT, 'nearfar-server');
  process.env.TEST_PROGRAMS ??= BUILT;
  const done = [];
  // Beside the set-up, which waits for the network, and the wasm, of which each build is one long unit.
  const native = begun(done, 'build, native tests and service', () =>
    run('cargo', ['test', '--quiet', '--no-run', ...TESTED], { step: 'compiling the native tests and the service' }),
  );
  await step(done, 'set-up', async () => {
    await allEnd([npmPackages().then(packagingPackages), debianPackages()]);
  });
  // Here already: this only tells.
  const hasPostgres = await postgres();
  const hasPython = await pythonTools();
  if (!hasPython) say('!!!! SKIPPED: schemathesis and the tests on S3. They need python3 with venv and pip !!!!');
  await step(done, 'rustfmt', () => run('cargo', ['fmt', '--all', '--check']));
  await step(done, 'cargo-deny', denyDependencies);
  await step(done, 'biome', () => run('node_modules/.bin/biome', ['ci', '--error-on-warnings']));
  await step(done, 'build, page', buildAll);
  await step(done, 'tsc', () => run('node_modules/.bin/tsc', ['--noEmit']));
  await step(done, 'npm package', async () => {
    await buildPackage();
    await installTarball();
  });
  await native;
  await allEnd([nativeChecks(done, hasPostgres, hasPython), wasmChecks(done)]);
  say(`passed: ${done.join(', ')}`);
  say('--- end to end');
  await endToEnd();
});
