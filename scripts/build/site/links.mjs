// Translates the links of the documents, which work on GitHub, into links of the site.

import { existsSync, statSync } from 'node:fs';
import { extname, join, posix } from 'node:path';
import { root, UserError } from '../../cli/run.mjs';

const PICTURES = ['.webp', '.png', '.svg', '.jpg'];
/** Files that a page of the site shows, and which. */
const SHOWN = { 'docs/openapi.json': 'api/' };

/** The address of a page or file from a page: `../server/#levels`. */
export function relativeUrl(from, to) {
  const depth = from.split('/').length - 1;
  return `${'../'.repeat(depth)}${to}` || './';
}

/** Where the site shows a source file: `source/examples/react/App.tsx/`. */
export const sourceUrl = (path) => `source/${path}/`;

/**
 * Collects what the documents link to besides pages: pictures to copy, and source files to show.
 * @param {Map<string, string>} pages the address of each document, by its path
 */
export class LinkTranslator {
  pictures = new Set();
  sources = new Set();
  #pages;

  constructor(pages) {
    this.#pages = pages;
  }

  /** The translation for one document: see `links` of markdown.mjs. */
  of(source, url) {
    const absolute = (href) => posix.normalize(posix.join(posix.dirname(source), decodeURI(href)));
    return {
      site: (to) => relativeUrl(url, to),
      link: (href) => {
        if (href.startsWith('#') || /^[a-z]+:/i.test(href)) return href;
        const [path, anchor] = href.split('#');
        return relativeUrl(url, this.#target(absolute(path), source)) + (anchor === undefined ? '' : `#${anchor}`);
      },
      picture: (src) => {
        if (/^[a-z]+:/i.test(src)) throw new UserError(`${source}: ${src} would load from another host`);
        return relativeUrl(url, this.#picture(absolute(src), source));
      },
    };
  }

  #picture(path, from) {
    if (!existsSync(join(root, path))) throw new UserError(`${from} shows ${path}, which does not exist`);
    this.pictures.add(path);
    return `media/${path}`;
  }

  #target(path, from) {
    const file = path.replace(/\/$/, '');
    const page = this.#pages.get(file) ?? this.#pages.get(`${file}/README.md`) ?? SHOWN[file];
    if (page !== undefined) return page;
    if (!existsSync(join(root, file))) throw new UserError(`${from} links to ${file}, which does not exist`);
    if (PICTURES.includes(extname(file))) return this.#picture(file, from);
    if (statSync(join(root, file)).isDirectory())
      throw new UserError(`${from} links to the folder ${file}: link to one of its files, or write it as code`);
    this.sources.add(file);
    return sourceUrl(file);
  }
}
