// Installs Debian packages if that needs no password.

import { existsSync } from 'node:fs';
import { log, output, run } from '../cli/run.mjs';

/** Whether this is Debian (or a derivative) and the user is root. */
export function canApt() {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && output('apt-get', ['--version']) !== null;
}

/** Installs packages with apt-get, without prompts. */
export async function aptInstall(packages) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '--yes', '--no-install-recommends', ...packages];
  log(`apt-get install ${packages.join(' ')}`);
  await run('apt-get', ['update', '--quiet=2'], { env, step: 'updating the package lists' });
  await run('apt-get', ['--quiet=2', ...install], { env, quiet: true, step: `installing ${packages.join(' ')}` });
}
