// deploy/compose.yaml: its schema, and its parts started without containers, with the secrets that its script writes.

import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { root } from '../../scripts/cli/run.mjs';
import { accountCommand, startService } from '../../scripts/servers/service.mjs';
import { installPythonTools, pythonToolPath } from '../../scripts/setup/python.mjs';
import { BUCKET, startS3 } from '../testkit/service/s3.mjs';
import { temporaryFolder } from '../testkit/service/service.mjs';
import { checkVariables } from './lib/options.mjs';
import { skipWithoutPostgres, startPostgres } from './lib/postgres.mjs';
import { outputOf, replaceOnce, skipWithout, source } from './lib/programs.mjs';
import { startNginx } from './lib/proxies.mjs';
import { liveSession, SETTINGS } from './lib/session.mjs';

process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
const FILE = join('deploy', 'compose.yaml');
const HOST = 'liveness.example';
const compose = parse(source(FILE), { merge: true });
const { services } = compose;

test('the compose file satisfies the schema of the specification', async (t) => {
  if (!(await installPythonTools())) return t.skip('SKIPPED: no Python');
  outputOf(pythonToolPath('check-jsonschema'), ['--builtin-schema', 'vendor.compose-spec', FILE]);
});

test('every container has a read-only root, no capability that it does not name, and a health check', () => {
  for (const [name, service] of Object.entries(services)) {
    assert.equal(service.read_only, true, name);
    assert.deepEqual(service.cap_drop, ['ALL'], name);
    assert.deepEqual(service.security_opt, ['no-new-privileges:true'], name);
    if (name !== 'bucket') assert.ok(service.healthcheck, name);
    assert.ok(!service.privileged && service.network_mode === undefined, name);
  }
  assert.equal(services.nearfar.cap_add, undefined);
  const published = Object.keys(services).filter((name) => services[name].ports);
  assert.deepEqual(published, ['proxy'], 'only the proxy is reachable');
  assert.equal(compose.networks.back.internal, true);
});

test('secrets are files, each of which exists and is used', () => {
  const used = Object.values(services).flatMap(({ secrets = [] }) => secrets.map((each) => each.source ?? each));
  assert.deepEqual([...new Set(used)].sort(), Object.keys(compose.secrets).sort());
  for (const { environment = {} } of Object.values(services))
    for (const [name, value] of Object.entries(environment))
      if (/PASSWORD|SECRET|_KEY|DATABASE_URL/.test(name)) assert.match(value, /^\/run\/secrets\/\w+$/, name);
  checkVariables(Object.keys(services.nearfar.environment));
});

/** Writes the secrets twice: the second run changes none. Returns their folder. */
function writeSecrets(t) {
  const folder = join(temporaryFolder(t), 'secrets');
  const read = () =>
    Object.values(compose.secrets).map(({ file }) => readFileSync(join(folder, file.split('/')[1]), 'utf8'));
  outputOf('sh', ['deploy/compose-secrets.sh', HOST, folder]);
  const first = read();
  outputOf('sh', ['deploy/compose-secrets.sh', HOST, folder]);
  assert.deepEqual(read(), first);
  assert.equal(new Set(first).size, first.length);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  return folder;
}

/** The environment of the service's container, with this machine's folders and addresses. */
function serviceEnvironment(folder, objects) {
  const environment = { ...services.nearfar.environment, AWS_ENDPOINT: objects, NEARFAR_LOG: 'warn' };
  // startService chooses the addresses.
  for (const name of ['NEARFAR_PUBLIC_URL', 'NEARFAR_METRICS_LISTEN']) delete environment[name];
  const entries = Object.entries(environment).map(([name, value]) => [name, value.replace('/run/secrets', folder)]);
  return { ...Object.fromEntries(entries), DATABASE_URL: undefined };
}

test('two instances with the configuration, the secrets and the proxy of the file serve a session', {
  skip: skipWithoutPostgres() || skipWithout('nginx', 'openssl'),
}, async (t) => {
  if (!(await installPythonTools())) return t.skip('SKIPPED: no Python, no S3');
  const folder = writeSecrets(t);
  const secret = (name) => readFileSync(join(folder, name), 'utf8').trim();
  const { POSTGRES_USER: user, POSTGRES_DB: database } = services.database.environment;
  assert.equal(user, database);
  const port = await startPostgres(t, { name: user, password: secret('database_password') });
  // Not as root, since the secrets are read-only.
  const url = replaceOnce(secret('database_url'), { '@database/': `@127.0.0.1:${port}/` });
  const file = join(temporaryFolder(t), 'database_url');
  writeFileSync(file, `${url}\n`);
  const s3 = await startS3();
  t.after(s3.close);
  const env = { ...serviceEnvironment(folder, s3.url), NEARFAR_DATABASE_URL_FILE: file };
  assert.equal(env.NEARFAR_OBJECTS_URL, `s3://${BUCKET}`);

  const set = Object.entries(SETTINGS).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  const [keys] = accountCommand(['add', 'test', '--sandbox', ...set], env);
  const instances = [];
  for (let each = 0; each < 2; each += 1) {
    const instance = await startService({ port: 0, env });
    t.after(instance.close);
    instances.push(instance);
  }
  const { content } = compose.configs.upstream;
  const servers = instances.map(({ port }) => `server 127.0.0.1:${port};`).join(' ');
  const upstreamFile = replaceOnce(content, { 'server nearfar:8787 resolve;': servers });
  const nginx = await startNginx(t, { upstream: '', upstreamFile });
  await liveSession(nginx.url, keys);
  for (const { port } of instances) assert.ok(nginx.log().includes(` 127.0.0.1:${port} `), 'each served a part');
  // The demo is off.
  assert.equal((await fetch(nginx.url)).status, 404);
  const [identity] = JSON.parse(secret('s3_identities')).identities;
  assert.deepEqual(identity.credentials, [
    { accessKey: secret('s3_access_key_id'), secretKey: secret('s3_secret_access_key') },
  ]);
  // Before the database, which they would wait for.
  await Promise.all(instances.map(({ close }) => close()));
});

test('the files that the compose file names exist', () => {
  const named = Object.values(compose.configs).flatMap(({ file }) => (file ? [file] : []));
  assert.ok(named.length >= 2);
  for (const name of named) assert.ok(statSync(join(root, 'deploy', name)).isFile(), name);
});
