// Installs the bundlers, frameworks and linters that the npm package is tested with.

import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { cached, sha256 } from '../cli/cached.mjs';
import { log, root, run } from '../cli/run.mjs';

const folder = join(root, 'tests', 'packaging');

/** Installs the packages of tests/packaging/package-lock.json. */
export async function installPackagingPackages() {
  const lock = 'tests/packaging/package-lock.json';
  await cached('packaging', { inputs: [lock], outputs: ['tests/packaging/node_modules/.package-lock.json'] }, () => {
    log('installing bundlers and frameworks to test the npm package with');
    return run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts'], {
      cwd: folder,
      step: 'installing bundlers and frameworks',
    });
  });
}

/** Installs the tarball of our package among them, as npm would install it from the registry. */
export async function installTarball(path) {
  await installPackagingPackages();
  const installed = 'tests/packaging/node_modules/nearfar/package.json';
  const extra = sha256(readFileSync(path));
  await cached('tarball', { inputs: ['tests/packaging/package-lock.json'], extra, outputs: [installed] }, () => {
    log(`installing ${relative(root, path)}`);
    const options = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts'];
    return run('npm', ['install', ...options, path], { cwd: folder, step: 'installing the tarball' });
  });
}
