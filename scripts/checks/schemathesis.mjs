// Fuzzes the service by its own OpenAPI document, with schemathesis.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSession, signIn } from '../../tests/testkit/service/integrator.mjs';
import { root, run } from '../cli/run.mjs';
import { accountCommand, dataDirEnv, startService } from '../servers/service.mjs';
import { pythonToolPath } from '../setup/python.mjs';

const EXAMPLES = 30;

/** The checks by schema. Checks by HTTP status do not fit this contract: see checks.py. */
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

/** No rate limits and no long polling. */
const SERVICE_OPTIONS = {
  NEARFAR_ACCOUNT_RATE: '1000000',
  NEARFAR_SESSION_RATE: '1000000',
  NEARFAR_POLL_SECONDS: '0',
  NEARFAR_LOG: 'warn',
};

/** Sends valid and invalid requests to the built service and checks every response. */
export async function runSchemathesis() {
  const folder = mkdtempSync(join(tmpdir(), 'nearfar-fuzz-'));
  const env = { ...SERVICE_OPTIONS, ...dataDirEnv(folder) };
  const [keys] = accountCommand(['add', 'fuzz'], env);
  const { url, close } = await startService({ port: 0, env });
  try {
    const access = await signIn(url, keys);
    const tokens = { ...access, ...(await openSession(url, access)).headers };
    const headers = Object.entries(tokens).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
    const limits = ['--max-examples', String(EXAMPLES), '--generation-deterministic', '--continue-on-failure'];
    await run(
      pythonToolPath('st'),
      ['run', `${url}openapi.json`, ...headers, ...limits, '--checks', CHECKS.join(',')],
      // It writes a folder into the working directory.
      { cwd: folder, env: { SCHEMATHESIS_HOOKS: join(root, 'tools', 'schemathesis', 'checks.py') } },
    );
  } finally {
    await close();
    rmSync(folder, { recursive: true });
  }
}
