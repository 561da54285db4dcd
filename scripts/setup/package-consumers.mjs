// What the npm package is tested in: bundlers, frameworks and linters, with packages of their own.

import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { tarball } from '../build/package.mjs';
import { cached, sha256 } from '../cli/cached.mjs';
import { root, run, say } from '../cli/run.mjs';

const folder = join(root, 'tests', 'packaging');

/** Installs the packages of tests/packaging/package-lock.json. */
export async function packagingPackages() {
  const lock = 'tests/packaging/package-lock.json';
  await cached('packaging', { inputs: [lock], outputs: ['tests/packaging/node_modules/.package-lock.json'] }, () => {
    say('installing what the npm package is tested in');
    return run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts'], {
      cwd: folder,
      step: 'installing what the npm package is tested in',
    });
  });
}

/** Installs the tarball among them, as somebody would who has it from the registry. */
export async function installTarball() {
  await packagingPackages();
  const path = tarball();
  const installed = 'tests/packaging/node_modules/nearfar/package.json';
  const extra = sha256(readFileSync(path));
  await cached('tarball', { inputs: ['tests/packaging/package-lock.json'], extra, outputs: [installed] }, () => {
    say(`installing ${relative(root, path)}`);
    const options = [
      '--no-save',
      '--no-package-lock',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      '--ignore-scripts',
    ];
    return run('npm', ['install', ...options, path], { cwd: folder, step: 'installing the tarball' });
  });
}
