// Installs PostgreSQL's programs for the tests. Each test run starts its own server.

import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { log } from '../cli/run.mjs';
import { aptInstall, canApt } from './apt.mjs';

/** Whether PostgreSQL is installed in a place that crates/test-support searches. */
function isInstalled() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : [];
  return [...versions, ...(process.env.PATH ?? '').split(delimiter)].some((folder) =>
    existsSync(join(folder, 'initdb')),
  );
}

/** Installs PostgreSQL if it is missing. Returns false, and logs it, if it cannot be installed. */
export async function ensurePostgres() {
  if (!isInstalled() && canApt()) await aptInstall(['postgresql']);
  if (isInstalled()) return true;
  log('!!!! SKIPPED: the tests on PostgreSQL. It cannot be installed here: on Debian, apt-get install postgresql !!!!');
  return false;
}
