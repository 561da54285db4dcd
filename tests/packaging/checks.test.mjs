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
import { copyExample } from './lib/consumers.mjs';

const here = join(fileURLToPath(import.meta.url), '..');
const work = join(here, '.work', 'checks');
mkdirSync(work, { recursive: true });

function runProgram(program, args, cwd = work) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
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
    // Types only.
    ...['preact', 'solid', 'svelte'].map((name) => `./types/${name}`),
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

const ATTRIBUTES = 'session-url="https://liveness.example/h5/?token=t" start-screen={false} maxAttempts={2}';

/** By name: a file that uses the components and the tag with the types of a framework, and the compiler's options. */
const TYPED = {
  'react.tsx': {
    options: ['--jsx', 'react-jsx'],
    code: `import { Liveness, type NearfarLivenessElement } from 'nearfar/react';
import { createRef } from 'react';

const ref = createRef<NearfarLivenessElement>();
export const component = (
  <Liveness
    ref={ref}
    id="check"
    sessionUrl={undefined}
    messages={{ start: 'Go' }}
    maxAttempts={2}
    onComplete={({ passed, score }) => [passed satisfies boolean, score satisfies number | null]}
    onCameraChange={({ sessionId }) => ref.current?.restart()}
    onClick={({ currentTarget }) => currentTarget.destroy()}
  >
    <p slot="header">Shop</p>
  </Liveness>
);
export const tag = <nearfar-liveness ref={ref} ${ATTRIBUTES} oncomplete={({ detail }) => detail.passed satisfies boolean} />;
// @ts-expect-error there is no such prop
export const unknown = <Liveness session="" />;
// @ts-expect-error it is a number or a text
export const invalid = <Liveness maxAttempts={true} />;
// @ts-expect-error there is no such field
export const field = <Liveness onComplete={({ nothing }) => nothing} />;
// @ts-expect-error there is no such field
export const tagField = <nearfar-liveness oncomplete={({ detail }) => detail.nothing} />;
// @ts-expect-error there is no such theme
export const tagTheme = <nearfar-liveness theme="blue" />;
`,
  },
  'preact.tsx': {
    options: ['--jsx', 'react-jsx', '--jsxImportSource', 'preact'],
    code: `import type {} from 'nearfar/types/preact';

export const tag = <nearfar-liveness id="check" ${ATTRIBUTES} oncomplete={({ detail }) => detail.passed satisfies boolean} />;
// @ts-expect-error there is no such theme
export const invalid = <nearfar-liveness theme="blue" />;
`,
  },
  'solid.tsx': {
    options: ['--jsx', 'preserve', '--jsxImportSource', 'solid-js'],
    code: `import type {} from 'nearfar/types/solid';

export const tag = <nearfar-liveness id="check" ${ATTRIBUTES} on:complete={({ detail }) => detail.passed satisfies boolean} />;
// @ts-expect-error there is no such theme
export const invalid = <nearfar-liveness theme="blue" />;
`,
  },
  'svelte.ts': {
    options: [],
    code: `import type {} from 'nearfar/types/svelte';
import type { SvelteHTMLElements } from 'svelte/elements';

type Tag = SvelteHTMLElements['nearfar-liveness'];
export const tag: Tag = { id: 'check', 'session-url': '', oncomplete: ({ detail }) => detail.passed satisfies boolean };
// @ts-expect-error there is no such theme
export const invalid: Tag = { theme: 'blue' };
`,
  },
  'vue.ts': {
    options: [],
    code: `import { Liveness, type LivenessExposed } from 'nearfar/vue';
import { type GlobalComponents, h, ref } from 'vue';

export const liveness = ref<LivenessExposed>();
export const component = h(Liveness, {
  id: 'check',
  sessionUrl: undefined,
  onComplete: ({ passed }) => passed satisfies boolean,
  onCameraChange: () => liveness.value?.element?.restart(),
});
type Tag = InstanceType<GlobalComponents['nearfar-liveness']>['$props'];
export const tag: Tag = { id: 'check', 'session-url': '', onComplete: ({ detail }) => detail.passed satisfies boolean };
// @ts-expect-error there is no such theme
export const invalid: Tag = { theme: 'blue' };
// @ts-expect-error there is no such field
h(Liveness, { onComplete: ({ nothing }) => nothing });
`,
  },
};

for (const [file, { options, code }] of Object.entries(TYPED))
  test(`the types of ${file} hold in a strict project`, () => {
    writeFileSync(join(work, file), code);
    compile(TYPESCRIPT_5, 'Bundler', ...options, file);
    compile(TYPESCRIPT_7, 'Bundler', ...options, file);
  });

test('the types of react.tsx hold with those of React 18', () => {
  const types = join(here, 'node_modules', '@types', 'react-18');
  const compilerOptions = {
    ...{ strict: true, exactOptionalPropertyTypes: true, noEmit: true, types: [], jsx: 'react-jsx' },
    ...{ target: 'ES2022', lib: ['ES2022', 'DOM', 'DOM.Iterable'], module: 'ESNext', moduleResolution: 'Bundler' },
    paths: { react: [join(types, 'index.d.ts')], 'react/*': [join(types, '*')] },
  };
  writeFileSync(join(work, 'react.tsx'), TYPED['react.tsx'].code);
  writeFileSync(join(work, 'react-18.json'), JSON.stringify({ compilerOptions, files: ['react.tsx'] }));
  runProgram(bin('tsc'), ['--project', 'react-18.json']);
});

// Next and Angular check types while they build.
for (const [example, command, ...args] of [
  ['react', 'tsc', '--project', '.'],
  ['vue', 'vue-tsc', '--project', '.'],
  ['svelte', 'svelte-check', '--tsconfig', 'tsconfig.json', '--fail-on-warnings'],
])
  test(`examples/${example} is strict TypeScript`, () => {
    const folder = copyExample(example, `${example}-types`);
    assert.equal(JSON.parse(readFileSync(join(folder, 'tsconfig.json'), 'utf8')).compilerOptions.strict, true);
    runProgram(bin(command), args, folder);
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
  for (const name of files.filter((name) => /\.(js|wasm|bin)$/.test(name))) {
    const hash = createHash('sha384').update(readFileSync(join(PACKAGE, 'dist', name)));
    assert.equal(list[name]?.integrity, `sha384-${hash.digest('base64')}`, name);
  }
});

test('npm accepts the package for publishing', () => {
  const { status, stderr } = spawnSync('npm', ['publish', '--dry-run', tarball()], { cwd: work, encoding: 'utf8' });
  // The checks before npm contacts the registry: the rest needs credentials.
  assert.equal(status, 0, stderr);
});
