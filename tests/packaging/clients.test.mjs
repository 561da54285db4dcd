// The typed clients for back ends, generated, packed and installed, against the real service.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { before, test } from 'node:test';
import { buildPythonClient, buildTypescriptClient, packedClient } from '../../scripts/build/clients.mjs';
import { root } from '../../scripts/cli/run.mjs';
import { accountCommand } from '../../scripts/servers/service.mjs';
import { clientToolPath } from '../../scripts/setup/python.mjs';
import { completeAttempt, pageHeaders } from '../testkit/service/attempt.mjs';
import { plainPictures } from '../testkit/service/pictures.mjs';
import { openService, temporaryFolder } from '../testkit/service/service.mjs';

const HERE = join(root, 'tests', 'packaging', 'clients');
const VECTORS = JSON.parse(readFileSync(join(root, 'examples', 'backend', 'webhook-vectors.json'), 'utf8'));
const REQUEST = { returnUrl: 'https://shop.example/done', region: 'IDN', userId: 'customer-17' };
const RETRIED = {
  code: 'RETRY_LATER',
  message: 'Later',
  data: null,
  extra: null,
  transactionId: '0',
  pricingStrategy: 'FREE',
};

let files;
before(async () => {
  files = await plainPictures();
});

/** The code blocks of a language in a README. */
function examples(readme, language) {
  const text = readFileSync(join(root, 'clients', readme, 'README.md'), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, code]) => code);
}

/** Unpacks the TypeScript client as npm would. Returns the folder of its `node_modules`. */
function installTypescript(folder) {
  const modules = join(folder, 'node_modules');
  const target = join(modules, 'nearfar-client');
  mkdirSync(target, { recursive: true });
  execFileSync('tar', ['-xzf', packedClient('typescript'), '-C', target, '--strip-components=1']);
  // Its dependencies are those of the repository.
  for (const name of ['openapi-fetch', 'openapi-typescript-helpers'])
    execFileSync('cp', ['-rL', join(root, 'node_modules', name), join(modules, name)]);
  return modules;
}

/** Installs the wheel into an empty folder, which then is `PYTHONPATH`. */
function installPython(folder) {
  const options = ['--quiet', '--no-deps', '--no-index', '--target', folder];
  execFileSync(clientToolPath('python'), ['-m', 'pip', 'install', ...options, packedClient('python')]);
  return folder;
}

/** Starts a driver. `ask(name, argument)` sends a command and returns the answer. */
function startDriver(t, program, args, env = {}) {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.stdin.end());
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async (name, argument) => {
    child.stdin.write(`${JSON.stringify([name, argument])}\n`);
    const { value, done } = await lines.next();
    assert.ok(!done, 'the driver has ended');
    return JSON.parse(value);
  };
}

/** Captures a person without a page. */
const capture = (service, { signatureId, url }) =>
  completeAttempt(service.url, { signatureId, headers: pageHeaders(url) }, files);

/** What both clients do. */
async function checkClient(t, start) {
  const service = await openService(t, {}, { levels: { STANDARD: { passScore: 70 } } }, true);
  const ask = start(service);
  const done = async (name, argument) => {
    const answer = await ask(name, argument);
    assert.ok('done' in answer, `${name}: ${JSON.stringify(answer)}`);
    return answer.done;
  };
  const options = { url: service.url, accessKey: service.accessKey, secretKey: service.secretKey };
  const open = (more = {}) => done('open', { ...options, allowSandbox: true, ...more });

  await t.test('a session from its start to its erasure', async () => {
    await open();
    const sandbox = ['FACE_OCCLUDED', { code: 'SUCCESS', score: 60 }];
    const session = await done('session', { ...REQUEST, tryCount: '3', sandbox });
    assert.match(session.signatureId, /^[0-9a-f]{16}$/);
    assert.deepEqual(await done('result', session), { outcome: 'pending', score: null });
    await capture(service, session);
    assert.deepEqual(await done('result', session), { outcome: 'inconclusive', score: null });
    await capture(service, session);
    assert.deepEqual(await done('result', session), { outcome: 'passed', score: 60 }, 'by the score');
    accountCommand(['set', service.accessKey, '--set', 'verdictFields=true'], service.env);
    assert.deepEqual(await done('result', session), { outcome: 'failed', score: 60 }, 'by the level');
    await open({ allowSandbox: false });
    assert.equal((await ask('result', session)).code, 'SANDBOX_RESULT');
    await open();
    await done('erase', session);
    assert.deepEqual(await done('result', session), { outcome: 'erased', score: null });
  });

  await t.test('the user interface', async () => {
    await done('configure', { locale: 'en', titleText: 'Is it you?' });
    const refused = await ask('configure', { locale: 'en', mobileLoadingPage: { progressColor: 'red' } });
    assert.deepEqual([refused.error, refused.code], ['LivenessError', 'PARAMETER_ERROR']);
  });

  await t.test('errors have a code and an id', async () => {
    const { error, code, message, transactionId } = await ask('result', { signatureId: 'feedfeedfeedfeed' });
    assert.deepEqual([error, code], ['LivenessError', 'SIGNATURE_NOT_EXIST']);
    assert.equal(message, `SIGNATURE_NOT_EXIST: This signatureId is not exist (${transactionId})`);
    await open({ secretKey: 'f'.repeat(32) });
    const denied = await ask('session', REQUEST);
    assert.deepEqual([denied.error, denied.code], ['LivenessError', 'PARAMETER_ERROR']);
    assert.ok(!JSON.stringify(denied).includes('f'.repeat(32)));
  });

  await t.test('a token is kept, and replaced once it is revoked', async () => {
    const paths = [];
    let isBusy = true;
    const server = createServer(async (request, response) => {
      paths.push(request.url.split('/').at(-1));
      const body = await text(request);
      const isRetried = isBusy && request.url.endsWith('/token');
      if (isRetried) isBusy = false;
      const headers = { 'Content-Type': 'application/json', 'X-ACCESS-TOKEN': request.headers['x-access-token'] ?? '' };
      const { method } = request;
      const answer = isRetried
        ? JSON.stringify(RETRIED)
        : await (await fetch(new URL(request.url, service.url), { method, headers, body })).text();
      response.writeHead(200, { 'Content-Type': 'application/json', ...(isRetried ? { 'Retry-After': '0' } : {}) });
      response.end(answer);
    });
    await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
    t.after(() => server.close());
    await open({ url: `http://127.0.0.1:${server.address().port}/` });
    await done('session', REQUEST);
    await done('session', REQUEST);
    assert.deepEqual(paths.splice(0), ['generate-token', 'token', 'token', 'token'], 'one is sent again, one sign-in');
    accountCommand(['disable', service.accessKey], service.env);
    accountCommand(['enable', service.accessKey], service.env);
    assert.equal((await ask('session', REQUEST)).code, 'IAM_FAILED');
    await done('session', REQUEST);
    assert.deepEqual(paths, ['token', 'generate-token', 'token']);
  });

  for (const { name, valid, ...vector } of VECTORS) {
    await t.test(`webhook: ${name}`, async () => {
      const answer = await ask('webhook', vector);
      if (valid) assert.deepEqual(answer.done, JSON.parse(vector.body));
      else assert.deepEqual([answer.error, answer.code], ['LivenessError', 'WEBHOOK_INVALID']);
    });
  }
}

test('TypeScript', async (t) => {
  await buildTypescriptClient();
  const folder = temporaryFolder(t);
  const modules = installTypescript(folder);
  const main = join(modules, 'nearfar-client', 'dist', 'index.js');
  await checkClient(t, () => startDriver(t, process.execPath, [join(HERE, 'client.mjs'), main]));

  await t.test('the code of the README compiles, and mistakes do not', () => {
    const [whole, webhook] = examples('typescript', 'ts');
    const tsc = (code) => {
      writeFileSync(join(folder, 'code.ts'), code);
      const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2022,dom'];
      execFileSync(join(root, 'node_modules', '.bin', 'tsc'), [...options, 'code.ts'], { cwd: folder, stdio: 'pipe' });
    };
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
    tsc(whole);
    tsc(`declare const request: Request;\n${webhook}`);
    assert.throws(() => tsc(whole.replace("region: 'IDN'", "country: 'IDN'")), 'a wrong field');
    assert.throws(() => tsc(whole.replace("'passed'", "'success'")), 'a wrong outcome');
  });
});

test('Python', async (t) => {
  if (!(await buildPythonClient()))
    return t.skip('!!!! SKIPPED: the Python client needs python3 with venv and pip !!!!');
  const folder = temporaryFolder(t);
  const PYTHONPATH = installPython(join(folder, 'installed'));
  const start = () => startDriver(t, clientToolPath('python'), ['-B', join(HERE, 'client.py')], { PYTHONPATH });
  await checkClient(t, start);

  await t.test('types', () => {
    const mypy = (path) => {
      const options = ['--strict', '--cache-dir', join(folder, 'mypy'), path];
      const env = { ...process.env, MYPYPATH: PYTHONPATH };
      execFileSync(clientToolPath('mypy'), options, { cwd: folder, env, stdio: 'pipe' });
    };
    mypy(join(PYTHONPATH, 'nearfar_client'));
    mypy(join(HERE, 'client.py'));
    const code = examples('python', 'python').join('\n');
    const file = join(folder, 'readme.py');
    writeFileSync(file, code);
    mypy(file);
    writeFileSync(file, code.replace('region=', 'country='));
    assert.throws(() => mypy(file), 'a wrong field');
  });
});
