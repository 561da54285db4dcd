// npm run check: what a change needs before it is committed, in minutes. Everything else is in npm run test:all.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildAll } from './build/all.mjs';
import { changedFiles, packages, packagesOf } from './checks/changes.mjs';
import { documentTests, integrationTests, lintNative, unitTests as testCrates } from './checks/native.mjs';
import { unitTests as testPage } from './checks/node-tests.mjs';
import { formatted, proofread, typed } from './checks/source.mjs';
import { lintWasm } from './checks/wasm-tests.mjs';
import { readArguments } from './cli/command.mjs';
import { main, root, run, say } from './cli/run.mjs';
import { Steps } from './cli/steps.mjs';
import { npmPackages } from './setup/npm-packages.mjs';

const COMMAND = {
  name: 'npm run check',
  summary:
    'Formatters, spelling, lints, types and unit tests, and the integration tests of crates that have changed; without\n' +
    'a browser and a database. npm run test:all runs everything.',
  options: {
    since: { value: 'COMMIT', help: 'What the files are compared with to find what has changed', default: 'HEAD' },
    all: { help: 'As if everything had changed' },
  },
};

/** What all crates depend on; fuzz/ and benches/ have workspaces of their own. */
const MANIFEST = /^((crates\/[^/]+|server)\/)?Cargo\.(toml|lock)$|^clippy\.toml$/;

/** These have suites that take minutes or need a database: npm test and npm run test:all run them. */
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
  await npmPackages();
  await steps.run('rustfmt and biome', formatted);
  await steps.run('spelling, Markdown and workflows', proofread);
  if (scripts) {
    // The types of the glue are those of the last build.
    if (!existsSync(join(root, 'pkg', 'glue'))) await steps.run('build, page', buildAll);
    await steps.run('tsc', typed);
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
  if (suites.length > 0) await steps.run('tests of the crates that have changed', () => integrationTests(suites));
  for (const line of steps.table()) say(line);
  say(scripts || rust ? 'all is well' : 'nothing has changed but what the formatters look at');
});
