// The steps of the walk until the service runs: files of the image, secrets, configuration, start.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root } from '../../scripts/cli/run.mjs';
import { freePort } from '../../scripts/servers/port.mjs';
import { Deployment, environment, expect, report, runProgram } from './deployment.mjs';

/** The files of the container image, in the layout of a host: program, page, model, licences, bill of materials. */
export async function writeFiles(walk) {
  const files = join(walk.folder, 'root');
  const binary = walk.binary === undefined ? [] : ['--binary', resolve(walk.binary)];
  const args = ['run', '--silent', 'image', '--', '--files', files, ...binary];
  await runProgram('npm', args, { cwd: root, shown: `npm run image -- --files ${['DIR', ...binary].join(' ')}` });
  const share = join(files, 'usr', 'share', 'nearfar');
  walk.program = join(files, 'usr', 'bin', 'nearfar-server');
  walk.page = join(share, 'page');
  walk.model = join(share, 'face_detection_short_range.tflite');
  for (const file of [walk.program, walk.page, walk.model]) expect(existsSync(file), `${file} is missing`);
  const { components } = JSON.parse(readFileSync(join(share, 'bom.cdx.json'), 'utf8'));
  report(`program, page, model, and a bill of materials of ${components.length} components`);
}

/** A master key and a blob key, each in a file of its own. */
export async function writeSecrets(walk) {
  walk.secrets = join(walk.folder, 'secrets');
  mkdirSync(walk.secrets, { mode: 0o700 });
  for (const name of ['master_key', 'blob_keys']) {
    const key = await runProgram(walk.program, ['key', 'generate'], {
      env: environment(),
      shown: `nearfar-server key generate > secrets/${name}`,
    });
    writeFileSync(join(walk.secrets, name), `${key}\n`, { mode: 0o600 });
  }
  report('a master key and a blob key, readable by this user only');
}

/** The options of a service with all its data in one folder. */
export function options(walk, data, { port, secrets }) {
  return {
    listen: `127.0.0.1:${port}`,
    public_url: `http://localhost:${port}`,
    database_url: `sqlite://${join(data, 'nearfar.db')}`,
    objects_url: join(data, 'objects'),
    page_dir: walk.page,
    model: walk.model,
    demo: false,
    documents: false,
    ...secrets,
  };
}

/** The options that name the keys. */
export const keyFiles = (walk, master, blob) => ({
  master_key_file: join(walk.secrets, master),
  blob_keys_file: join(walk.secrets, blob),
});

/** Configures and starts the service. */
export async function startService(walk) {
  walk.data = join(walk.folder, 'service');
  mkdirSync(walk.data, { mode: 0o700 });
  const [port, consolePort] = [await freePort(), await freePort()];
  walk.consoleUrl = `http://localhost:${consolePort}`;
  const own = options(walk, walk.data, { port, secrets: keyFiles(walk, 'master_key', 'blob_keys') });
  walk.options = {
    ...own,
    console_listen: `127.0.0.1:${consolePort}`,
    console_url: walk.consoleUrl,
    // The receiver of the walk is on this machine.
    webhook_http_hosts: '127.0.0.1',
    webhook_private_addresses: true,
  };
  walk.service = new Deployment({ program: walk.program, folder: walk.data, options: walk.options });
  walk.deployments.push(walk.service);
  await walk.service.command('config', 'check');
  report('the configuration is right');
  await walk.service.start();
  report(await walk.service.command('health'));
}

/** An account of an integrator. */
export async function addAccount(walk) {
  const line = await walk.service.command('account', 'add', 'Walk', '--set', 'verdictFields=true');
  const { accessKey, secretKey } = JSON.parse(line);
  walk.keys = { accessKey, secretKey };
  report(`access key ${accessKey}, and the secret key, this once`);
}
