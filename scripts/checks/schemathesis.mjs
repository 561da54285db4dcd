// Fuzzing the service by its own OpenAPI document, with schemathesis.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSession, signIn } from '../../tests/testkit/service/integrator.mjs';
import { accounts, dataDirEnv, startService } from '../build/service.mjs';
import { root, run } from '../cli/run.mjs';
import { pythonTool } from '../setup/python.mjs';

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

/** Sends the built service what its document allows and what it forbids, and checks every answer. */
export async function fuzz() {
  const folder = mkdtempSync(join(tmpdir(), 'nearfar-fuzz-'));
  const env = { ...PATIENT, ...dataDirEnv(folder) };
  const [keys] = accounts(['add', 'fuzz'], env);
  const { url, close } = await startService({ port: 0, env });
  try {
    const access = await signIn(url, keys);
    const tokens = { ...access, ...(await openSession(url, access)).headers };
    const headers = Object.entries(tokens).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
    const amount = ['--max-examples', String(EXAMPLES), '--generation-deterministic', '--continue-on-failure'];
    await run(
      pythonTool('st'),
      ['run', `${url}openapi.json`, ...headers, ...amount, '--checks', CHECKS.join(',')],
      // It leaves a folder of its own where it runs.
      { cwd: folder, env: { SCHEMATHESIS_HOOKS: join(root, 'tools', 'schemathesis', 'checks.py') } },
    );
  } finally {
    await close();
    rmSync(folder, { recursive: true });
  }
}
