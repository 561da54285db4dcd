// The examples for frameworks in the package's README are the files of examples/, which the packaging tests run.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/cli/run.mjs';

const readme = readFileSync(join(root, 'pkg-template', 'README.md'), 'utf8');
const [section] = readme.split('\n## React, Vue, Svelte, Angular\n')[1].split('\n## ');

test("the README's examples for frameworks are files of examples/", () => {
  const examples = [...section.matchAll(/`(examples\/[^`]+)`:\n\n```\w+\n(.*?)^```$/gms)];
  assert.deepEqual(
    examples.map(([, path]) => path),
    ['examples/react/App.tsx', 'examples/vue/App.vue', 'examples/svelte/App.svelte', 'examples/angular/src/main.ts'],
  );
  for (const [, path, code] of examples) assert.equal(code, readFileSync(join(root, path), 'utf8'), path);
});

test('the section names only examples that exist', () => {
  for (const [, path] of section.matchAll(/`(examples\/[^`]+)`/g)) assert.ok(existsSync(join(root, path)), path);
});
