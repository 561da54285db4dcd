// Installing Debian packages, where that can be done without asking.

import { existsSync } from 'node:fs';
import { output, run, say } from '../cli/run.mjs';

/** Whether this is Debian (or a child of it) and the user is root. */
export function canApt() {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && output('apt-get', ['--version']) !== null;
}

/** Installs packages by apt-get, without questions. */
export async function aptInstall(packages) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '--yes', '--no-install-recommends', ...packages];
  say(`apt-get install ${packages.join(' ')}`);
  await run('apt-get', ['update', '--quiet=2'], { env, step: 'reading the lists of packages' });
  await run('apt-get', ['--quiet=2', ...install], { env, quiet: true, step: `installing ${packages.join(' ')}` });
}
