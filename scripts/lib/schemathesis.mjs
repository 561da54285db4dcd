// Fuzzing the service by its own OpenAPI document, with schemathesis (Python) in a virtual environment under .cache.

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aptInstall, canApt } from './apt.mjs';
import { output, root, run, say } from './run.mjs';
import { accounts, keptIn, startService } from './service.mjs';
import { once } from './stamp.mjs';

const FOLDER = join('.cache', 'schemathesis');
const REQUIREMENTS = 'tools/schemathesis/requirements.txt';
const EXAMPLES = 30;

/** Its checks that go by the schema; those that go by HTTP statuses do not suit this contract, see checks.py. */
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'unsupported_method',
  'allow_header_conformance',
  'documented_code',
  'data_with_success_alone',
];

/** No limits of rates, and no waiting for what does not come. */
const PATIENT = {
  NEARFAR_ACCOUNT_RATE: '1000000',
  NEARFAR_SESSION_RATE: '1000000',
  NEARFAR_POLL_SECONDS: '0',
  NEARFAR_LOG: 'warn',
};

function canMakeEnvironments() {
  return output('python3', ['-c', 'import ensurepip, venv']) !== null;
}

/** Installs schemathesis where it is missing; false, and a loud line, where Python or pip cannot be had. */
async function install() {
  if (!canMakeEnvironments() && canApt()) await aptInstall(['python3', 'python3-venv']);
  if (!canMakeEnvironments()) {
    say('!!!! SKIPPED: schemathesis. It needs python3 with venv and pip, and they cannot be had here !!!!');
    return false;
  }
  await once('schemathesis', { inputs: [REQUIREMENTS], outputs: [join(FOLDER, 'bin', 'st')] }, async () => {
    say('installing schemathesis');
    rmSync(join(root, FOLDER), { recursive: true, force: true });
    await run('python3', ['-m', 'venv', FOLDER]);
    const quiet = ['--quiet', '--disable-pip-version-check'];
    await run(join(FOLDER, 'bin', 'pip'), ['install', ...quiet, '--requirement', REQUIREMENTS]);
  });
  return true;
}

async function post(url, headers, body) {
  const options = { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers } };
  const response = await fetch(url, { ...options, body: JSON.stringify(body) });
  const { code, message, data } = await response.json();
  if (code !== 'SUCCESS') throw new Error(`${url}: ${code}: ${message}`);
  return data;
}

/** An account's access token and the token of one of its sessions. */
async function tokens(url, { accessKey, secretKey }) {
  const timestamp = String(Date.now());
  const signature = createHash('sha256').update(`${accessKey}${secretKey}${timestamp}`).digest('hex');
  const { token } = await post(`${url}openapi/auth/ticket/v1/generate-token`, {}, { accessKey, timestamp, signature });
  const access = { 'X-ACCESS-TOKEN': token };
  const wish = { returnUrl: 'https://shop.example/', region: 'IDN' };
  const session = await post(`${url}openapi/liveness/v2/h5/token`, access, wish);
  return { ...access, Authorization: `Bearer ${new URL(session.url).searchParams.get('token')}` };
}

/** Sends the built service what its document allows and what it forbids, and checks every answer. */
export async function fuzz() {
  if (!(await install())) return;
  const folder = mkdtempSync(join(tmpdir(), 'nearfar-fuzz-'));
  const env = { ...PATIENT, ...keptIn(folder) };
  const [keys] = accounts(['add', 'fuzz'], env);
  const { url, close } = await startService({ port: 0, env });
  try {
    const headers = Object.entries(await tokens(url, keys)).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
    const amount = ['--max-examples', String(EXAMPLES), '--generation-deterministic', '--continue-on-failure'];
    await run(
      join(root, FOLDER, 'bin', 'st'),
      ['run', `${url}openapi.json`, ...headers, ...amount, '--checks', CHECKS.join(',')],
      // It leaves a folder of its own where it runs.
      { cwd: folder, env: { SCHEMATHESIS_HOOKS: join(root, 'tools', 'schemathesis', 'checks.py') } },
    );
  } finally {
    await close();
    rmSync(folder, { recursive: true });
  }
}
