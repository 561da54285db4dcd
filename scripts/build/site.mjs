// Builds the documentation site into dist/docs: Eleventy renders the documents of the repository and the templates of
// www/docs, esbuild bundles the scripts.

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, sep } from 'node:path';
import { cached } from '../cli/cached.mjs';
import { progress } from '../cli/progress.mjs';
import { root } from '../cli/run.mjs';
import { compressFolder } from './compress.mjs';
import { bundlePreview, bundleScripts } from './site/bundle.mjs';
import { LinkTranslator, relativeUrl, sourceUrl } from './site/links.mjs';
import { codeBlock, markdown } from './site/markdown.mjs';
import { allPages, sections } from './site/pages.mjs';
import { playgroundFields } from './site/playground-fields.mjs';
import { documentSections, operationSections, playgroundSections } from './site/search.mjs';
import { writeSwaggerUi } from './swagger-ui.mjs';

/** The output folder. */
export const SITE = join(root, 'dist', 'docs');
/** The folder of the playground's preview, whose policy allows WebAssembly and workers. */
const PREVIEW = join('playground', 'preview');
const TEMPLATES = join(root, 'www', 'docs', 'templates');

const read = (path) => readFileSync(join(root, path), 'utf8');

/** The first paragraph of a document, as the description of its page. */
function description(tokens) {
  const index = tokens.findIndex(({ type, level }) => type === 'paragraph_open' && level === 0);
  const text = index < 0 ? '' : tokens[index + 1].content.replace(/[`*]|\[|\]\([^)]*\)/g, '').replace(/\s+/g, ' ');
  return text.length > 200 ? `${text.slice(0, text.lastIndexOf(' ', 197))} …` : text;
}

/** Reads every document, and returns its page's data for the templates. */
function readDocuments(md, translator, pages, playground) {
  const special = {
    'playground/': playgroundSections(playground),
    'api/': operationSections(JSON.parse(read('docs/openapi.json'))),
  };
  return pages.map((page, index) => {
    const neighbours = { previous: pages[index - 1], next: pages[index + 1] };
    if (page.source === undefined) return { ...page, ...neighbours, text: '', toc: [], search: special[page.url] };
    const text = read(page.source);
    const env = { links: translator.of(page.source, page.url) };
    const tokens = md.parse(text, env);
    const toc = env.headings.filter(({ level }) => level === 2 || level === 3);
    const { title, sections: search } = documentSections(tokens);
    return { ...page, ...neighbours, text, toc, heading: title, description: description(tokens), search };
  });
}

/** Renders the templates and the documents with Eleventy. */
async function render(md, translator, documents, playground) {
  const { default: Eleventy } = await import('@11ty/eleventy');
  const [, version] = /^version = "(.+)"$/m.exec(read('Cargo.toml'));
  const eleventy = new Eleventy(TEMPLATES, SITE, {
    quietMode: true,
    configPath: false,
    config(settings) {
      const renderDocument = (text, { source, here }) => md.render(text, { links: translator.of(source, here) });
      settings.setLibrary('md', { render: renderDocument, disable: () => undefined });
      settings.setUseGitIgnore(false);
      settings.setIncludesDirectory('layouts');
      settings.setTemplateFormats(['njk', 'md', 'html']);
      settings.addGlobalData('sections', sections());
      settings.addGlobalData('version', version);
      settings.addGlobalData('playground', playground);
      settings.addFilter('from', (to, here) => relativeUrl(here, to));
      for (const { text, url, source, ...page } of documents) {
        if (source === undefined) continue;
        const place = { here: url, source, permalink: `${url}index.html` };
        // Documents contain braces that are not template syntax.
        const data = { ...page, ...place, layout: 'document.njk', templateEngineOverride: 'md' };
        settings.addTemplate(`${url.slice(0, -1)}.md`, text, data);
      }
      for (const path of [...translator.sources].sort()) {
        const place = { here: sourceUrl(path), path, permalink: `${sourceUrl(path)}index.html` };
        const data = { ...place, title: path, layout: 'source.njk', templateEngineOverride: 'html' };
        settings.addTemplate(`source/${path}.html`, codeBlock(read(path), extname(path).slice(1)), data);
      }
      for (const { slug, ...page } of documents.filter(({ source }) => source === undefined))
        settings.addGlobalData(`special_${slug}`, page);
    },
  });
  await eleventy.write();
}

/** Removes the pages of an earlier build, but not what the preview's own step has built. */
function clear() {
  const names = existsSync(SITE) ? readdirSync(SITE, { recursive: true }) : [];
  const isPage = (name) => name.startsWith(join(PREVIEW, 'index.html'));
  const isPreview = (name) => name === 'playground' || name === PREVIEW || name.startsWith(join(PREVIEW, sep));
  for (const name of names.filter((name) => isPage(name) || !isPreview(name)))
    rmSync(join(SITE, name), { recursive: true, force: true });
}

async function buildPages() {
  clear();
  const pages = allPages();
  const translator = new LinkTranslator(new Map(pages.map(({ source, url }) => [source, url])));
  const md = markdown();
  const playground = await playgroundFields();
  const documents = readDocuments(md, translator, pages, playground);
  await Promise.all([render(md, translator, documents, playground), bundleScripts(SITE)]);
  for (const path of translator.pictures) {
    const to = join(SITE, 'media', path);
    mkdirSync(dirname(to), { recursive: true });
    cpSync(join(root, path), to);
  }
  const search = documents.flatMap(({ title, url, section, search }) =>
    search.map(({ heading, anchor, text }) => {
      return { page: title, section, heading, url: url + (anchor && `#${anchor}`), text };
    }),
  );
  writeFileSync(join(SITE, 'search.json'), JSON.stringify(search));
  writeSwaggerUi(join(SITE, 'api'));
  // Pictures do not shrink; Swagger UI is large and seldom read: compressing it takes seconds.
  await compressFolder(SITE, ['api', 'media', PREVIEW]);
}

/** Bundles the preview, which runs the engine. */
async function buildPreview() {
  const folder = join(SITE, PREVIEW);
  await bundlePreview(folder);
  // The engine's files are small enough, and compressing them takes seconds.
  await compressFolder(folder, ['assets']);
}

/** Builds the site if its inputs have changed. `pkg/` must exist: the playground runs the engine. */
export async function buildSite() {
  const scripts = ['browser-targets', 'compress', 'site'].map((name) => `scripts/build/${name}.mjs`);
  const common = ['www/docs', 'package-lock.json', 'pkg-template/package.json', 'scripts/build/site', ...scripts];
  const pages = {
    inputs: [
      ...[...common, 'docs', 'examples', 'README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'Cargo.toml'],
      ...['pkg-template/README.md', 'crates/protocol/src/ui/table.rs', 'crates/protocol/src/locale.rs', 'www/src/npm'],
      ...['swagger-ui', 'element-manifest'].map((name) => `scripts/build/${name}.mjs`),
    ],
    outputs: ['dist/docs/index.html', 'dist/docs/index.html.br', 'dist/docs/search.json'],
  };
  const preview = {
    inputs: [...common, 'www/src', 'pkg', ...['fake-camera', 'worker'].map((name) => `scripts/build/${name}.mjs`)],
    outputs: ['dist/docs/playground/preview/preview.js', 'dist/docs/playground/preview/worker.js'],
  };
  const step = 'building the documentation site';
  const builtPages = await cached('site', pages, () => progress(step, buildPages()));
  return (await cached('site-preview', preview, () => progress(step, buildPreview()))) || builtPages;
}
