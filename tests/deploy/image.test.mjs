// The container image: its files, its configuration, its bill of materials, and a session with what it starts.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { BILL_OF_MATERIALS } from '../../scripts/build/image-files.mjs';
import { importedPackages } from '../../scripts/build/shipped-packages.mjs';
import { freePort } from '../../scripts/servers/port.mjs';
import { buildTestImage, emptyVolume, inImage, skipWithoutImage, USER } from './lib/image.mjs';
import { outputOf, startProgram } from './lib/programs.mjs';
import { liveSession, SETTINGS } from './lib/session.mjs';

/** Every file of the image: mode, user, group, type and path. */
function files(folder) {
  const found = outputOf('find', [folder, '-mindepth', '1', '-printf', '%m %U %G %y %P\\n']);
  return found
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [mode, user, group, type, ...path] = line.split(' ');
      return { mode: Number.parseInt(mode, 8), user: Number(user), group: Number(group), type, path: path.join(' ') };
    });
}

const paths = (found) => found.map(({ path }) => path);

function checkFiles(folder) {
  const all = files(folder);
  assert.ok(all.length > 100);
  const SET_ID = 0o6000;
  assert.deepEqual(paths(all.filter(({ mode }) => mode & SET_ID)), [], 'setuid and setgid');
  // Links have no permissions of their own.
  const writable = all.filter(({ mode, type }) => type !== 'l' && mode & 0o002);
  assert.deepEqual(
    writable.map(({ mode, path }) => [path, mode]),
    [['tmp', 0o1777]],
    'writable by everybody',
  );
  const owned = all.filter(({ user, group }) => user !== 0 || group !== 0);
  const data = { mode: 0o700, user: USER, group: USER, type: 'd', path: 'var/lib/nearfar' };
  assert.deepEqual(owned, [data], 'of another user than root');
  // Readable by the image's user, whatever the umask of the machine that built it.
  const hidden = all.filter(({ mode, type, path }) => type !== 'l' && path.startsWith('usr/') && !(mode & 0o004));
  assert.deepEqual(paths(hidden), [], 'unreadable');
  // No shell, no interpreter, no package manager: one program, and the loader under both of its names.
  const programs = all.filter(({ mode, type, path }) => type === 'f' && mode & 0o111 && !/\.so(\.|$)/.test(path));
  assert.deepEqual(paths(programs), ['usr/bin/nearfar-server']);
  const secret = /\.(key|pem|env)$|sources\.list|resolv\.conf$|hostname$|\.map$|(^|\/)\.git(\/|$)/;
  assert.deepEqual(paths(all.filter(({ path }) => secret.test(path))), [], "the building machine's");
}

function checkConfig({ User, Env, Entrypoint, Cmd, Healthcheck, Volumes, ExposedPorts, StopSignal, Labels }) {
  assert.equal(User, `${USER}:${USER}`);
  assert.deepEqual([...Entrypoint, ...Cmd], ['/usr/bin/nearfar-server', 'serve']);
  assert.deepEqual(Healthcheck.Test, ['CMD', '/usr/bin/nearfar-server', 'health']);
  assert.deepEqual(Object.keys(Volumes), ['/var/lib/nearfar']);
  assert.deepEqual(Object.keys(ExposedPorts), ['8787/tcp']);
  assert.equal(StopSignal, 'SIGTERM');
  const [, version] = /^version = "(.+)"$/m.exec(readFileSync('Cargo.toml', 'utf8'));
  assert.equal(Labels['org.opencontainers.image.version'], version);
  assert.match(Labels['org.opencontainers.image.revision'], /^([0-9a-f]{40}|unknown)$/);
  assert.deepEqual(
    Env.filter((text) => /SECRET|PASSWORD|MASTER_KEY=/.test(text)),
    [],
  );
}

async function checkBillOfMaterials(folder) {
  const text = readFileSync(join(folder, BILL_OF_MATERIALS), 'utf8');
  assert.equal(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text), null);
  const { components, dependencies } = JSON.parse(text);
  const ids = components.map(({ purl }) => purl).filter(Boolean);
  const named = (kind) =>
    ids.filter((purl) => purl.startsWith(`pkg:${kind}/`)).map((purl) => /\/([^@]+)@/.exec(purl)[1]);
  const installed = readdirSync(join(folder, 'var/lib/dpkg/status.d'));
  assert.deepEqual(named('deb').sort(), installed.map((name) => `debian/${name}`).sort());
  for (const name of [...importedPackages(), 'swagger-ui-dist', 'lit-html'])
    assert.ok(named('npm').includes(name), name);
  // Linked into the service, into the engine's wasm, and into neither.
  for (const name of ['axum', 'sqlx', 'object_store', 'talc']) assert.ok(named('cargo').includes(name), name);
  for (const name of ['proptest', 'serde_derive', 'syn']) assert.ok(!named('cargo').includes(name), name);
  const unlicensed = components.filter(
    ({ licenses, purl }) => purl && !purl.startsWith('pkg:deb') && !licenses?.length,
  );
  assert.deepEqual(
    unlicensed.map(({ purl }) => purl),
    [],
  );
  const refs = new Set(['nearfar', ...components.map((component) => component['bom-ref'])]);
  assert.deepEqual(new Set(dependencies.map(({ ref }) => ref)), refs);

  const licenses = readFileSync(join(folder, 'usr/share/doc/nearfar/THIRD_PARTY_LICENSES.txt'), 'utf8');
  for (const name of ['axum', 'lit', 'swagger-ui-dist']) assert.match(licenses, new RegExp(`^${name} \\d`, 'm'));
  assert.ok(existsSync(join(folder, 'usr/share/doc/nearfar/LICENSE-MIT')));
  // gcc's libraries share the file of gcc-14-base.
  for (const name of installed.filter((name) => name !== 'libgcc-s1'))
    assert.ok(statSync(join(folder, 'usr/share/doc', name, 'copyright')).size > 100, name);
}

async function checkSession(t, image) {
  const data = emptyVolume(t);
  const port = await freePort();
  const env = {
    NEARFAR_LISTEN: `127.0.0.1:${port}`,
    NEARFAR_PUBLIC_URL: `http://localhost:${port}`,
    NEARFAR_LOG: 'warn',
  };
  const run = (args) => {
    const inside = inImage(image, data, args, env);
    return outputOf(inside.command, inside.args, { env: inside.env });
  };
  const set = Object.entries(SETTINGS).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  const keys = JSON.parse(run(['account', 'add', 'shop', '--sandbox', ...set]));
  const { command, args, env: all } = inImage(image, data, image.config.Cmd, env);
  const url = `http://localhost:${port}/`;
  const ready = () =>
    fetch(`${url}health/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
  const service = await startProgram(t, command, args, { env: all, ready });
  const status = readFileSync(`/proc/${service.child.pid}/status`, 'utf8');
  assert.match(status, new RegExp(`^Uid:\\s+${USER}\\s+${USER}\\s`, 'm'));
  assert.match(status, /^CapEff:\s+0+$/m);
  assert.match(status, /^NoNewPrivs:\s+1$/m);
  assert.equal(run(image.config.Healthcheck.Test.slice(2)), '{"status":"ready"}\n');
  await liveSession(url, keys);
  const page = await fetch(`${url}h5/`);
  assert.match(await page.text(), /<script/);
  assert.equal(await service.stop(), 0);
  for (const name of ['nearfar.db', 'master.key']) assert.equal(statSync(join(data, 'data', name)).uid, USER);
}

test('the image: files, configuration, bill of materials, and a session on a read-only root', {
  skip: skipWithoutImage(),
}, async (t) => {
  const image = await buildTestImage(t);
  await t.test('one program, readable files of root, nothing of the building machine', () => checkFiles(image.folder));
  await t.test('user, health check, volume, labels; no secrets', () => checkConfig(image.config));
  await t.test('a valid bill of materials, and licences', () => checkBillOfMaterials(image.folder));
  await t.test('a whole session with the program that the image starts', (t) => checkSession(t, image));
});
