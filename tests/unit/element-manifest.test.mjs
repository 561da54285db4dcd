// The custom-elements manifest of <nearfar-liveness> against the code: it names everything that is public, and nothing
// else.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { elementManifest } from '../../scripts/build/element-manifest.mjs';
import { root } from '../../scripts/cli/run.mjs';
import { pageModule } from '../testkit/page/page-module.mjs';

const SOURCE = join(root, 'www', 'src');
const read = (path) => readFileSync(join(SOURCE, path), 'utf8');
/** The sources of one folder and the folders in it, in one string. */
const folder = (name) =>
  readdirSync(join(SOURCE, name), { recursive: true })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => read(`${name}/${file}`))
    .join('\n');
/** Every first group of a pattern, once and sorted. */
const matches = (text, pattern) => [...new Set([...text.matchAll(pattern)].map(([, found]) => found))].sort();
const names = (entries) => entries.map(({ name }) => name).sort();

const manifest = await elementManifest();
const [{ declarations, exports }] = manifest.modules;
const element = declarations.find(({ tagName }) => tagName === 'nearfar-liveness');
const { ATTRIBUTE_NAMES, attributeOf } = await pageModule('npm/attributes.ts');
const TEMPLATES = folder('ui');

test('the manifest follows the published schema', async () => {
  const { default: Ajv } = await import('ajv');
  const schema = createRequire(import.meta.url)('custom-elements-manifest/schema.json');
  const validate = new Ajv({ strict: false }).compile(schema);
  assert.ok(validate(manifest), JSON.stringify(validate.errors, null, 2));
  assert.ok(!validate({ ...manifest, modules: [{ path: 'dist/element.js' }] }), 'the schema refuses nothing');
});

test('it has every attribute and its property', () => {
  const fields = element.attributes.map(({ name, fieldName }) => [name, fieldName]).sort();
  assert.deepEqual(fields, ATTRIBUTE_NAMES.map((name) => [attributeOf(name), name]).sort());
  const properties = element.members.filter(({ attribute }) => attribute);
  assert.deepEqual(properties.map(({ attribute, name }) => [attribute, name]).sort(), fields);
});

test('it has the public methods', () => {
  const [, interfaceBody] = read('npm/element.ts').match(/interface NearfarLivenessElement [^{]*\{(.*?)^\}/ms);
  // Those of every event target have their types here only.
  const inherited = ['addEventListener', 'removeEventListener'];
  const declared = matches(interfaceBody, /^ {2}(\w+)[(<]/gm).filter((name) => !inherited.includes(name));
  assert.deepEqual(names(element.members.filter(({ kind }) => kind === 'method')), declared);
});

test('it has every event', () => {
  const [, interfaceBody] = read('npm/liveness-events.ts').match(/interface LivenessEvents \{(.*?)^\}/ms);
  assert.deepEqual(names(element.events), matches(interfaceBody, /^ {2}'?([\w-]+)'?: EventDetail/gm));
  for (const name of matches(read('npm/liveness.ts'), /\.send\('([\w-]+)'/g))
    assert.ok(names(element.events).includes(name), `the element sends ${name}`);
});

test('it has every part', () => {
  const parts = matches(TEMPLATES, /\bpart="([^"]*)"/g).flatMap((value) => value.split(' '));
  assert.deepEqual(names(element.cssParts), [...new Set(parts)].sort());
});

test('it has every slot', () => {
  assert.equal(TEMPLATES.match(/<slot\b/g).length, TEMPLATES.match(/<slot name="/g).length, 'a slot without a name');
  assert.deepEqual(names(element.slots), matches(TEMPLATES, /<slot name="([^"]+)"/g));
});

test('it has every custom property', () => {
  const used = matches(TEMPLATES + folder('npm'), /var\((--nearfar-[\w-]+)/g);
  assert.deepEqual(names(element.cssProperties), used);
});

test('everything in it has a description', () => {
  const { attributes, members, events, slots, cssParts, cssProperties } = element;
  const entries = [attributes, members, events, slots, cssParts, cssProperties].flat();
  assert.deepEqual(names(entries.filter(({ description }) => !description?.trim())), []);
});

test('the package names it and its module', () => {
  const template = JSON.parse(readFileSync(join(root, 'pkg-template', 'package.json'), 'utf8'));
  assert.equal(template.customElements, 'custom-elements.json');
  assert.ok(template.files.includes('custom-elements.json'));
  const paths = Object.values(template.exports).map((target) => target.default ?? target);
  assert.ok(paths.includes(`./${manifest.modules[0].path}`));
  assert.deepEqual(names(exports), ['defineElement', 'nearfar-liveness']);
});
