// Packages from npm, beside the project's own.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { output, root, run, UserError } from '../../scripts/cli/run.mjs';

const CACHE = join(root, '.cache', 'shipped');
/** Nothing of a package is run: we only look at its files. */
const QUIET = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

/** The name in `name@version`, which itself may begin with @. */
export const nameOf = (spec) => spec.slice(0, spec.lastIndexOf('@'));

/** The package's tarball, by `npm pack`. */
function packed(spec) {
  const printed = output('npm', ['pack', spec, '--silent', '--pack-destination', CACHE]);
  if (printed === null) throw new UserError(`${spec} could not be fetched from the registry`);
  return join(CACHE, printed);
}

/** Unpacks a package with what it depends on and what it expects beside it, unless it is there; returns its folder. */
export async function installed(spec) {
  const name = nameOf(spec);
  const folder = join(CACHE, spec.replace('/', '-'));
  const there = join(folder, 'node_modules', name);
  // npm writes this last.
  if (existsSync(join(folder, 'node_modules', '.package-lock.json'))) return there;
  mkdirSync(folder, { recursive: true });
  const tarball = packed(spec);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const arguments_ = ['install', tarball, ...QUIET, '--no-save', '--omit=dev', '--omit=optional'];
  await run('npm', arguments_, { cwd: folder, step: `fetching ${spec}` });
  return there;
}
