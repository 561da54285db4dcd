// Fetches npm packages into .cache, apart from the project's own.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { output, root, run, UserError } from '../../scripts/cli/run.mjs';

const CACHE = join(root, '.cache', 'shipped');
/** No package script runs: only the files are read. */
const INSTALL_OPTIONS = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

/** The name in `name@version`. It may itself begin with @. */
export const packageName = (spec) => spec.slice(0, spec.lastIndexOf('@'));

/** Fetches the package's tarball with `npm pack`. */
function fetchTarball(spec) {
  const printed = output('npm', ['pack', spec, '--silent', '--pack-destination', CACHE]);
  if (printed === null) throw new UserError(`${spec} could not be fetched from the registry`);
  return join(CACHE, printed);
}

/** Installs a package with its dependencies and peer dependencies, if it is missing, and returns its folder. */
export async function installPackage(spec) {
  const name = packageName(spec);
  const folder = join(CACHE, spec.replace('/', '-'));
  const installed = join(folder, 'node_modules', name);
  // npm writes this last.
  if (existsSync(join(folder, 'node_modules', '.package-lock.json'))) return installed;
  mkdirSync(folder, { recursive: true });
  const tarball = fetchTarball(spec);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const arguments_ = ['install', tarball, ...INSTALL_OPTIONS, '--no-save', '--omit=dev', '--omit=optional'];
  await run('npm', arguments_, { cwd: folder, step: `fetching ${spec}` });
  return installed;
}
