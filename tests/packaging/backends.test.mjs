// The back ends of examples/backend run against the service, in each language whose compiler or interpreter is here. C#
// cannot be run: there is no .NET among Debian's packages, so only its syntax is checked.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { output, root } from '../../scripts/cli/run.mjs';
import { accountCommand } from '../../scripts/servers/service.mjs';
import { GSON } from '../../scripts/setup/back-end-languages.mjs';
import { pythonToolPath } from '../../scripts/setup/python.mjs';
import { completeAttempt, pageHeaders } from '../testkit/service/attempt.mjs';
import { openSession, signIn } from '../testkit/service/integrator.mjs';
import { plainPictures } from '../testkit/service/pictures.mjs';
import { openService, temporaryFolder } from '../testkit/service/service.mjs';

const BACKENDS = join(root, 'examples', 'backend');
const VECTORS = JSON.parse(readFileSync(join(BACKENDS, 'webhook-vectors.json'), 'utf8'));

/** Runs a compiler. */
const build = (program, args, options = {}) => execFileSync(program, args, { stdio: 'pipe', ...options });

/** Each language: what it needs, and `prepare`, which compiles into an empty folder and returns the command. */
const LANGUAGES = {
  node: { isHere: () => true, prepare: () => [process.execPath, join(BACKENDS, 'node', 'liveness.mjs')] },
  python: {
    isHere: () => output('python3', ['--version']) !== null,
    prepare: () => ['python3', '-B', join(BACKENDS, 'python', 'liveness.py')],
  },
  php: {
    isHere: () => output('php', ['--version']) !== null,
    prepare: () => ['php', '-d', 'display_errors=stderr', join(BACKENDS, 'php', 'liveness.php')],
  },
  java: {
    isHere: () => output('javac', ['-version']) !== null && existsSync(GSON),
    prepare(folder) {
      const source = join(BACKENDS, 'java', 'Liveness.java');
      build('javac', ['-Xlint:all,-serial', '-Werror', '-cp', GSON, '-d', folder, source]);
      return ['java', '-XX:TieredStopAtLevel=1', '-cp', `${GSON}:${folder}`, 'Liveness'];
    },
  },
  go: {
    isHere: () => output('go', ['version']) !== null,
    prepare(folder) {
      const options = { cwd: join(BACKENDS, 'go'), env: { ...process.env, GOFLAGS: '-mod=mod', GOPROXY: 'off' } };
      assert.equal(build('gofmt', ['-l', '.'], { ...options, encoding: 'utf8' }), '', 'formatted by gofmt');
      build('go', ['vet', '.'], options);
      build('go', ['build', '-o', join(folder, 'liveness'), '.'], options);
      return [join(folder, 'liveness')];
    },
  },
};

/** Runs a program and returns what it printed. */
async function run([program, ...first], args, env, input = '') {
  const child = spawn(program, [...first, ...args], { env: { ...process.env, ...env } });
  const exited = new Promise((done) => child.once('close', done));
  child.stdin.on('error', () => undefined).end(input);
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await exited, out: out.trim(), error: error.trim() };
}

/** A proxy to the service that records requests and answers the first request of each path in `busy` with RETRY_LATER. */
async function startProxy(t, service) {
  const requests = [];
  const busy = new Set();
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const { method, url, headers } = request;
    requests.push({ path: url.split('?')[0], token: headers['x-access-token'], body });
    if (busy.delete(url.split('?')[0])) {
      const answer = { code: 'RETRY_LATER', message: '', data: null, extra: null, transactionId: '0' };
      return response.setHeader('Retry-After', '0').end(JSON.stringify(answer));
    }
    const sent = { 'Content-Type': headers['content-type'] ?? '', 'X-ACCESS-TOKEN': headers['x-access-token'] ?? '' };
    const answer = await fetch(new URL(url, service), { method, headers: sent, body: body || undefined });
    response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(await answer.text());
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${server.address().port}`, requests, busy };
}

/** The sessions that every language asks about, by the chosen results and what the language has to answer. */
const OUTCOMES = [
  { sandbox: [{ code: 'SUCCESS', score: 87 }], fields: 'passed', scores: 'passed' },
  // The account's level lets nobody pass below 70: only `passed` knows it.
  { sandbox: [{ code: 'SUCCESS', score: 60 }], fields: 'failed', scores: 'passed' },
  { sandbox: [{ code: 'SUCCESS', score: 49 }], fields: 'failed', scores: 'failed' },
  { sandbox: [{ code: 'SUCCESS', score: 0, attackType: 2 }], fields: 'failed', scores: 'failed' },
  { sandbox: ['FACE_QUALITY_TOO_POOR'], fields: 'inconclusive', scores: 'inconclusive' },
  { sandbox: ['FACE_OCCLUDED'], fields: 'inconclusive', scores: 'inconclusive' },
];

test('back ends', async (t) => {
  const settings = { levels: { STANDARD: { passScore: 70 } } };
  const service = await openService(t, {}, settings, true);
  const files = await plainPictures();
  const access = await signIn(service.url, service);
  for (const outcome of OUTCOMES) {
    const session = await openSession(service.url, access, { sandbox: outcome.sandbox });
    await completeAttempt(service.url, session, files);
    outcome.signatureId = session.signatureId;
  }
  for (const [language, { isHere, prepare }] of Object.entries(LANGUAGES)) {
    const skip = isHere() ? false : `!!!! SKIPPED: ${language} is not installed !!!!`;
    if (skip) t.diagnostic(skip);
    await t.test(language, { skip }, async (t) => {
      const command = prepare(temporaryFolder(t));
      const proxy = await startProxy(t, service.url);
      const env = {
        LIVENESS_URL: `${proxy.url}/`,
        LIVENESS_ACCESS_KEY: service.accessKey,
        LIVENESS_SECRET_KEY: service.secretKey,
        LIVENESS_SANDBOX: '1',
      };
      const printed = [];
      const call = async (args, more = {}, input = '') => {
        const ran = await run(command, args, { ...env, ...more }, input);
        printed.push(ran.out, ran.error);
        return ran;
      };
      const succeed = async (args) => {
        const { status, out, error } = await call(args);
        assert.deepEqual([status, error], [0, ''], args.join(' '));
        return out;
      };

      await t.test('session, result, erase', async () => {
        proxy.busy.add('/openapi/auth/ticket/v1/generate-token').add('/openapi/liveness/v2/h5/token');
        const [signatureId, url] = (await succeed(['session', 'Zoë & "42"'])).split(' ');
        assert.equal(proxy.busy.size, 0, 'a busy service is asked again');
        const { body } = proxy.requests.findLast(({ path }) => path === '/openapi/liveness/v2/h5/token');
        assert.equal(JSON.parse(body).userId, 'Zoë & "42"');
        assert.equal(await succeed(['result', signatureId]), 'pending');
        await completeAttempt(service.url, { signatureId, headers: pageHeaders(url) }, files);
        assert.equal(await succeed(['result', signatureId]), 'passed');
        proxy.requests.length = 0;
        assert.equal(await succeed(['erase', signatureId]), 'erased');
        const paths = proxy.requests.map(({ path }) => path);
        const [clear, result] = ['/liveness/h5/ext/v1/clear-data', '/openapi/liveness/v4/h5/get-result'];
        assert.deepEqual(paths, ['/openapi/auth/ticket/v1/generate-token', clear, result], 'one access token for both');
      });

      for (const expected of ['scores', 'fields']) {
        await t.test(`outcomes by ${expected}`, async () => {
          accountCommand(['set', service.accessKey, '--set', `verdictFields=${expected === 'fields'}`], service.env);
          for (const outcome of OUTCOMES)
            assert.equal(await succeed(['result', outcome.signatureId]), outcome[expected], JSON.stringify(outcome));
        });
      }

      await t.test('errors', async () => {
        const refused = await call(['result', OUTCOMES[0].signatureId], { LIVENESS_SANDBOX: '' });
        assert.equal(refused.status, 1);
        assert.match(refused.error, /test account/, 'no verdict of a test account in production');
        const unknown = await call(['result', 'feedfeedfeedfeed']);
        assert.equal(unknown.status, 1);
        assert.match(unknown.error, /^SIGNATURE_NOT_EXIST: This signatureId is not exist \(\w+\)$/);
        const denied = await call(['session', 'x'], { LIVENESS_SECRET_KEY: 'f'.repeat(32) });
        assert.equal(denied.status, 1);
        assert.match(denied.error, /^PARAMETER_ERROR: Signature error \(\w+\)$/);
      });

      for (const { name, valid, secret, now, header, body } of VECTORS) {
        await t.test(`webhook: ${name}`, async () => {
          const { status, out, error } = await call(
            ['webhook', header, String(now)],
            { LIVENESS_WEBHOOK_SECRET: secret },
            body,
          );
          if (valid) assert.deepEqual([status, out], [0, `${JSON.parse(body).id} ${JSON.parse(body).type}`]);
          else assert.deepEqual([status, out, /^webhook: wrong (time|signature)$/.test(error)], [1, '', true], error);
        });
      }

      await t.test('a webhook is compared with the present without NOW', async () => {
        const [{ header, body, secret }] = VECTORS;
        const { status, error } = await call(['webhook', header], { LIVENESS_WEBHOOK_SECRET: secret }, body);
        assert.deepEqual([status, error], [1, 'webhook: wrong time']);
      });

      await t.test('no secret is printed', () => {
        const tokens = proxy.requests.flatMap(({ token }) => token ?? []);
        assert.ok(tokens.length > 0);
        for (const secret of [service.secretKey, ...tokens])
          assert.ok(!printed.some((line) => line.includes(secret)), 'a secret was printed');
      });
    });
  }
});

test('C# has no syntax error', (t) => {
  const script = join(root, 'tests', 'packaging', 'lib', 'syntax.py');
  const source = join(BACKENDS, 'csharp', 'Liveness.cs');
  const parse = (file) => execFileSync(pythonToolPath('python'), [script, 'c_sharp', file]);
  parse(source);
  const broken = join(temporaryFolder(t), 'Broken.cs');
  writeFileSync(broken, readFileSync(source, 'utf8').replace('{', ''));
  assert.throws(() => parse(broken), 'an unbalanced brace is found');
});
