// The documentation site has a page for every document, the playground a control for every attribute and field, and the
// code in documents is that of the files it names.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { elementManifest } from '../../scripts/build/element-manifest.mjs';
import { markdown } from '../../scripts/build/site/markdown.mjs';
import { allPages, namedSources } from '../../scripts/build/site/pages.mjs';
import { playgroundFields } from '../../scripts/build/site/playground-fields.mjs';
import { documentSections, operationSections, playgroundSections } from '../../scripts/build/site/search.mjs';
import { root } from '../../scripts/cli/run.mjs';

const read = (path) => readFileSync(join(root, path), 'utf8');
const documents = readdirSync(join(root, 'docs'), { recursive: true })
  .filter((name) => name.endsWith('.md'))
  .map((name) => join('docs', name));

test('every document has a page, and every page its document', () => {
  const named = namedSources();
  assert.deepEqual(
    documents.filter((path) => !named.includes(path)),
    [],
    'scripts/build/site/pages.mjs lists every document of docs/',
  );
  assert.deepEqual(
    named.filter((path) => !existsSync(join(root, path))),
    [],
    'scripts/build/site/pages.mjs names only documents that exist',
  );
  const addresses = allPages().map(({ url }) => url);
  assert.equal(new Set(addresses).size, addresses.length, 'every page has its own address');
});

test('the code in documents is that of the files it names', () => {
  const found = documents.flatMap((path) =>
    [...read(path).matchAll(/^<!-- code: (\S+) -->\n\n```\w+\n(.*?)^```$/gms)].map(([, file, code]) => ({
      place: `${path}: ${file}`,
      isEqual: code === read(file),
    })),
  );
  assert.ok(found.length >= 8, `${found.length} blocks`);
  assert.deepEqual(
    found.filter(({ isEqual }) => !isEqual).map(({ place }) => place),
    [],
  );
  const marks = documents.flatMap((path) => read(path).match(/^<!-- code: /gm) ?? []);
  assert.equal(found.length, marks.length, 'a block of code follows every mark');
});

test('the playground has every attribute and custom property of the element', async () => {
  const { modules } = await elementManifest();
  const element = modules[0].declarations.find(({ customElement }) => customElement);
  const { attributes, styles } = await playgroundFields();
  const names = (list) => list.map(({ name }) => name);
  assert.deepEqual(names(attributes).toSorted(), names(element.attributes).toSorted());
  assert.deepEqual(names(styles), names(element.cssProperties));
  const kinds = Object.fromEntries(attributes.map(({ name, kind, options }) => [name, options ?? kind]));
  assert.deepEqual(kinds.theme, ['light', 'dark', 'auto']);
  assert.deepEqual(kinds['start-screen'], ['true', 'false']);
  const { messages, locale, 'max-attempts': attempts, 'wasm-src': wasm } = kinds;
  assert.deepEqual([messages, locale, attempts, wasm], ['json', 'text', 'number', 'text']);
});

test('the playground has every field of ConfigureUI', async () => {
  const { ui, locales } = await playgroundFields();
  const table = read('crates/protocol/src/ui/table.rs');
  // Each field of the table is a call of one of these functions; two more are their definitions' own.
  const calls = table.match(/\b(?:text|color|link|flag|field)\("\w+"/g);
  const fields = ui.flatMap((part) => part.fields);
  assert.equal(fields.length, calls.length);
  assert.ok(
    fields.every(({ help }) => help),
    'every kind is explained',
  );
  const [, count] = /PAGES: \[Page; (\d+)\]/.exec(table);
  assert.equal(ui.length, Number(count) + 1);
  const [, codes] = /CODES: \[&str; (\d+)\]/.exec(read('crates/protocol/src/locale.rs'));
  assert.equal(locales.length, Number(codes));
});

test('Markdown becomes HTML without inline styles and scripts, with the anchors of GitHub', () => {
  const md = markdown();
  const links = { link: (href) => href, picture: (src) => src, site: (to) => `../${to}` };
  const render = (text) => md.render(text, { links });
  assert.match(render('## What `a-b` is\n\n## What `a-b` is\n'), /id="what-a-b-is".*id="what-a-b-is-1"/s);
  const table = render('| a | b |\n|---|--:|\n| 1 | 2 |\n');
  assert.match(table, /<td class="align-right">2/);
  assert.doesNotMatch(table, /style=/);
  assert.match(render('```js\nconst a = 1;\n```\n'), /<span class="hljs-keyword">const<\/span>/);
  assert.match(render('```text\n<b>\n```\n'), /<code>&lt;b&gt;/);
  const tabs = render('<!-- tabs -->\n\n### One\n\nText\n\n### Two\n\n<!-- /tabs -->\n\n## After\n');
  assert.equal(tabs.match(/<section class="tab">/g).length, tabs.match(/<\/section>/g).length);
  assert.match(tabs, /<div class="tabs">.*One.*Text.*Two.*<\/section>\s*<\/div>.*After/s);
  assert.match(render('<!-- live: {"ui": {}} -->\n'), /<iframe src="\.\.\/playground\/preview\/#%7B/);
});

test('the search has every section with its text and code', () => {
  const md = markdown();
  const tokens = md.parse('# Page\n\nFirst.\n\n## Part\n\n- `NEARFAR_X`\n\n```sh\nnpm start\n```\n', {});
  assert.deepEqual(documentSections(tokens), {
    title: 'Page',
    sections: [
      { heading: 'Page', anchor: '', text: 'First.' },
      { heading: 'Part', anchor: 'part', text: 'NEARFAR_X npm start ' },
    ],
  });
});

test('the search has every operation of the API and every setting of the playground', async () => {
  const document = JSON.parse(read('docs/openapi.json'));
  const operations = operationSections(document);
  const [token] = operations.filter(({ heading }) => heading === 'POST /openapi/liveness/v2/h5/token');
  const { operationId, tags } = document.paths['/openapi/liveness/v2/h5/token'].post;
  assert.equal(token.anchor, `/${encodeURIComponent(tags[0])}/${operationId}`);
  assert.equal(operations.length, Object.values(document.paths).flatMap((methods) => Object.keys(methods)).length);
  const fields = await playgroundFields();
  const text = playgroundSections(fields)
    .map((section) => section.text)
    .join(' ');
  for (const { name } of [...fields.attributes, ...fields.styles, ...fields.ui.flatMap((part) => part.fields)])
    assert.ok(text.includes(name), name);
});
