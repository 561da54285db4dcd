// A PostgreSQL server of Debian's packages for one test.

import { chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { output } from '../../../scripts/cli/run.mjs';
import { freePort } from '../../../scripts/servers/port.mjs';
import { temporaryFolder } from '../../testkit/service/service.mjs';
import { outputOf, startProgram } from './programs.mjs';

const VERSIONS = '/usr/lib/postgresql';

/** The folder of the newest version's programs, or null. */
function programs() {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS).sort((one, other) => Number(other) - Number(one)) : [];
  return (
    versions.map((version) => join(VERSIONS, version, 'bin')).find((path) => existsSync(join(path, 'initdb'))) ?? null
  );
}

/** The user `postgres`, since PostgreSQL does not run as root; null for the own user. */
function owner() {
  if (process.getuid() !== 0) return null;
  const id = output('id', ['-u', 'postgres']);
  return id === null ? null : { uid: Number(id), gid: Number(output('id', ['-g', 'postgres'])) };
}

export const skipWithoutPostgres = () => programs() === null && 'SKIPPED: missing postgresql';

/**
 * Starts a server with a user and a database of the same name.
 * @returns {Promise<number>} its port on 127.0.0.1
 */
export async function startPostgres(t, { name, password }) {
  const [folder, port, bin, user] = [temporaryFolder(t), await freePort(), programs(), owner()];
  const [data, secret] = [join(folder, 'data'), join(folder, 'password')];
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(secret, password);
  for (const path of [folder, data, secret]) if (user) chownSync(path, user.uid, user.gid);
  const options = { ...user, cwd: folder };
  const init = ['--pgdata', data, '--username', name, '--pwfile', secret, '--auth', 'scram-sha-256', '--no-sync'];
  outputOf(join(bin, 'initdb'), [...init, '--encoding', 'UTF8', '--locale', 'C.UTF-8'], options);
  const address = ['-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${folder}`, '-c', 'fsync=off'];
  const ask = ['--host', '127.0.0.1', '--port', String(port), '--username', name];
  const ready = async () => output(join(bin, 'pg_isready'), [...ask, '--dbname', 'postgres', '--quiet']) !== null;
  // SIGINT: it ends without waiting for clients.
  await startProgram(t, join(bin, 'postgres'), ['-D', data, '-p', String(port), ...address], {
    ...options,
    ready,
    signal: 'SIGINT',
  });
  outputOf(join(bin, 'createdb'), [...ask, '--no-password', name], { env: { ...process.env, PGPASSWORD: password } });
  return port;
}
