// A PostgreSQL for the tests: its programs alone, each test run starts a server of its own.

import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { say } from '../cli/run.mjs';
import { aptInstall, canApt } from './apt.mjs';

/** Where crates/test-support looks for it, and not elsewhere. */
function found() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : [];
  return [...versions, ...(process.env.PATH ?? '').split(delimiter)].some((folder) =>
    existsSync(join(folder, 'initdb')),
  );
}

/** Installs PostgreSQL where it is missing; false, and a loud line, where it cannot be had. */
export async function postgres() {
  if (!found() && canApt()) await aptInstall(['postgresql']);
  if (found()) return true;
  say('!!!! SKIPPED: the tests on PostgreSQL. It cannot be had here: on Debian, apt-get install postgresql !!!!');
  return false;
}
