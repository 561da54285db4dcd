// npm run check: the checks to run before a commit, in minutes. npm run test:all runs everything.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildAll } from './build/all.mjs';
import { INT8_MODEL } from './build/engine.mjs';
import { changedFiles, packages, packagesOf } from './checks/changes.mjs';
import { documentTests, integrationTests, lintNative, unitTests as testCrates } from './checks/native.mjs';
import { unitTests as testPage } from './checks/node-tests.mjs';
import { checkFormat, checkProse, checkTypes } from './checks/source.mjs';
import { lintWasm } from './checks/wasm-tests.mjs';
import { readArguments } from './cli/command.mjs';
import { log, main, root, run } from './cli/run.mjs';
import { Steps } from './cli/steps.mjs';
import { installNpmPackages } from './setup/npm-packages.mjs';

const COMMAND = {
  name: 'npm run check',
  summary:
    'Runs formatters, the spelling check, lints, type checks and unit tests, and the integration tests of the crates that have\n' +
    'changed. Needs neither a browser nor a database. npm run test:all runs everything.',
  options: {
    since: { value: 'COMMIT', help: 'Finds the changed files by comparing with this commit', default: 'HEAD' },
    all: { help: 'Checks everything, as if all files had changed' },
  },
};

/** Files that all crates depend on. fuzz/ and benches/ have their own workspaces. */
const MANIFEST = /^((crates\/[^/]+|server)\/)?Cargo\.(toml|lock)$|^clippy\.toml$/;

/** Crates whose suites take minutes or need a database. npm test and npm run test:all run them. */
const LONG = ['nearfar', 'nearfar-store', 'nearfar-server'];

await main(async () => {
  const { since, all = false } = readArguments(COMMAND).values;
  const files = all ? [] : changedFiles(since);
  const crates = packages();
  const cargo = all || files.some((file) => MANIFEST.test(file));
  const changed = cargo ? crates : packagesOf(files, crates);
  const rust = changed.length > 0;
  const scripts = all || files.some((file) => /\.(ts|js|mjs|json|css|html|md)$/.test(file));
  const steps = new Steps();
  await installNpmPackages();
  await steps.run('rustfmt and biome', checkFormat);
  await steps.run('spelling, Markdown and workflows', checkProse);
  if (scripts) {
    // The glue's types are from the last build.
    if (![join('pkg', 'glue'), INT8_MODEL].every((path) => existsSync(join(root, path))))
      await steps.run('build, page', buildAll);
    await steps.run('tsc', checkTypes);
    await steps.run('unit tests of the page', testPage);
  } else if (rust) {
    await steps.run('paths in documents and comments', () =>
      run(process.execPath, ['--test', 'tests/unit/documents.test.mjs']),
    );
  }
  if (rust) {
    await steps.run('clippy, native', lintNative);
    if (changed.some(({ name }) => name === 'nearfar')) await steps.run('clippy, wasm', lintWasm);
    await steps.run('unit tests of the crates', testCrates);
  }
  const documents = files.some((file) => /^docs\/.*\.md$/.test(file));
  if (rust || documents) await steps.run("tests of the engine's documents", documentTests);
  const tested = crates.filter(
    ({ name }) => changed.some((crate) => crate.name === name) || (documents && name === 'nearfar-record'),
  );
  const suites = tested.filter(({ name }) => !LONG.includes(name)).flatMap(({ tests }) => tests);
  if (suites.length > 0) await steps.run('tests of the changed crates', () => integrationTests(suites));
  for (const line of steps.table()) log(line);
  log(scripts || rust ? 'all checks passed' : 'all checks passed: only files that the formatters check have changed');
});
