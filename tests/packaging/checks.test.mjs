// The tarball: package linters, its types in a strict project, and imports without a browser.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PACKAGE, packageVersion, tarball } from '../../scripts/build/package.mjs';
import { root } from '../../scripts/cli/run.mjs';

const here = join(fileURLToPath(import.meta.url), '..');
const work = join(here, '.work', 'checks');
mkdirSync(work, { recursive: true });

function runProgram(program, args) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: work, encoding: 'utf8' });
  assert.equal(status, 0, `${program} ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}

const bin = (name) => join(here, 'node_modules', '.bin', name);

/** Compiles with the strictest settings, including the package's declarations. */
function compile(compiler, resolution, ...args) {
  const module = resolution === 'Bundler' ? 'ESNext' : 'NodeNext';
  const flags = ['--strict', '--exactOptionalPropertyTypes', '--noEmit', '--target', 'ES2022', '--module', module];
  const [program, ...first] = compiler;
  runProgram(program, [
    ...first,
    ...flags,
    '--lib',
    'ES2022,DOM,DOM.Iterable',
    '--moduleResolution',
    resolution,
    ...args,
  ]);
}

/** The last TypeScript written in JavaScript and the first native one: both are in use. */
const [TYPESCRIPT_5, TYPESCRIPT_7] = [[bin('tsc')], [join(root, 'node_modules', '.bin', 'tsc'), '--ignoreConfig']];

test('publint finds no problem', async () => {
  const { publint } = await import('publint');
  const { formatMessage } = await import('publint/utils');
  const { messages, pkg } = await publint({ pkgDir: PACKAGE, strict: true });
  assert.deepEqual(
    messages.map((message) => formatMessage(message, pkg)),
    [],
  );
});

test('the types resolve for every way of importing', () => {
  // Without CommonJS: the package has ES modules only, which Node's require() can load.
  runProgram(bin('attw'), [
    tarball(),
    '--profile',
    'esm-only',
    '--exclude-entrypoints',
    './worker.js',
    './global.js',
    './integrity.json',
    './messages.json',
    './custom-elements.json',
  ]);
});

test('a strict TypeScript project compiles against it', () => {
  writeFileSync(
    join(work, 'strict.ts'),
    `import { checkSupport, createCapture, defineElement, detectFaces, embed, isCaptureError } from 'nearfar';
import type { LivenessEvents, MessageKey, Messages, Still, Verdict } from 'nearfar';

const element = document.createElement('nearfar-liveness');
element.sessionUrl = 'https://liveness.example/h5/?token=t';
element.addEventListener('complete', ({ detail: { passed, score, sessionId } }) => {
  const result: [boolean, number | null, string | null] = [passed, score, sessionId];
  console.log(result);
});
await defineElement();
const capture = await createCapture({ video: document.createElement('video'), config: { session: { stageLimit: 30_000 } } });
void capture.start();
for await (const { code } of capture) if (code === 'too_far') console.log('closer');
try {
  const far: Still = (await capture.frames).far;
  const [face] = await detectFaces(new ImageData(2, 2));
  console.log(far.jpeg, face?.landmarks.noseTip.x, (await checkSupport()).build);
} catch (error) {
  if (isCaptureError(error) && error.code === 'capture_timeout') console.log(error.recoverable);
}
embed(document.body, { url: 'https://liveness.example/h5/?token=t', onSuccess: ({ signatureId }) => console.log(signatureId) });
// @ts-expect-error there is no such event
element.addEventListener('complete', ({ detail }) => detail.nothing);
// @ts-expect-error it is a number or a text
element.maxAttempts = true;
const onComplete = ({ detail }: CustomEvent<LivenessEvents['complete']>) => console.log(detail.next?.url);
element.addEventListener('complete', onComplete);
element.removeEventListener('complete', onComplete);
// @ts-expect-error the listener of another event
element.removeEventListener('instruction', onComplete);
element.thresholds = { far: { minSize: 0.2, maxSize: 0.3, maxOffset: 0.1 }, maxYaw: 20 };
// @ts-expect-error there is no such threshold
element.thresholds = { maxYawn: 20 };
element.timeouts = { load: 30_000, stageLimit: 30_000 };
// @ts-expect-error there is no such time limit
element.timeouts = { lode: 30_000 };
const messages: Messages = { start: 'Begin' };
element.messages = messages;
// @ts-expect-error there is no such key
element.messages = { strat: 'Begin' };
const key: MessageKey = 'start';
console.log(key);
const session = await createCapture({
  video: document.createElement('video'),
  sessionUrl: new URL('https://liveness.example/h5/?token=t'),
  light: (color) => console.log(color?.length),
  onProgress: (progress) => {
    if (progress.kind === 'uploading') console.log(progress.what, progress.share);
    if (progress.kind === 'waiting') console.log(progress.why, progress.seconds);
  },
});
for await (const { stage, url, number } of session.handoff()) console.log(stage, url, number);
await session.submit();
const { triesLeft, next }: Verdict = await session.verdict();
console.log(session.session.limits.videoBytes, triesLeft, next?.info);
capture.on('oval', ({ oval: { x, y } }) => console.log(x, y));
// @ts-expect-error without a session there is nothing to submit
capture.submit();
// @ts-expect-error a session needs a video
void createCapture({ sessionUrl: 'https://liveness.example/h5/?token=t' });
`,
  );
  compile(TYPESCRIPT_5, 'NodeNext', 'strict.ts');
  compile(TYPESCRIPT_7, 'NodeNext', 'strict.ts');
  compile(TYPESCRIPT_7, 'Bundler', 'strict.ts');
});

test("the README's examples compile", () => {
  const readme = readFileSync(join(PACKAGE, 'README.md'), 'utf8');
  const examples = [...readme.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code);
  assert.ok(examples.length >= 6, `${examples.length} examples`);
  const files = examples.map((code, index) => {
    const name = `example-${index}.js`;
    writeFileSync(join(work, name), code);
    return name;
  });
  compile(TYPESCRIPT_7, 'Bundler', '--allowJs', '--checkJs', ...files);
});

test('importing and requiring without a browser has no effects and no errors', () => {
  const body = `
    (async () => {
      const { passed } = (await nearfar.checkSupport()).checks.find(({ test }) => test === 'camera_api');
      console.log(typeof nearfar.createCapture, await nearfar.defineElement(), passed, nearfar.version);
    })();`;
  writeFileSync(join(work, 'import.mjs'), `import * as nearfar from 'nearfar';${body}`);
  writeFileSync(join(work, 'require.cjs'), `const nearfar = require('nearfar');${body}`);
  for (const script of ['import.mjs', 'require.cjs']) {
    assert.equal(runProgram(process.execPath, [script]).trim(), `function null false ${packageVersion()}`);
  }
});

test('the published hashes match the files', () => {
  const list = JSON.parse(readFileSync(join(PACKAGE, 'integrity.json'), 'utf8'));
  const files = readdirSync(join(PACKAGE, 'dist'), { recursive: true });
  for (const name of files.filter((name) => /\.(js|wasm|tflite)$/.test(name))) {
    const hash = createHash('sha384').update(readFileSync(join(PACKAGE, 'dist', name)));
    assert.equal(list[name]?.integrity, `sha384-${hash.digest('base64')}`, name);
  }
});

test('npm accepts the package for publishing', () => {
  const { status, stderr } = spawnSync('npm', ['publish', '--dry-run', tarball()], { cwd: work, encoding: 'utf8' });
  // The checks before npm contacts the registry: the rest needs credentials.
  assert.equal(status, 0, stderr);
});
