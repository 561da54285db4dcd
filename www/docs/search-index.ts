// The search: an index of every section of the documents, made in the browser on the first search.

import MiniSearch from 'minisearch';

/** One section of a document, as the build writes it into `search.json`. */
export interface Section {
  page: string;
  section: string;
  heading: string;
  /** Its address from the site's root. */
  url: string;
  text: string;
}

/** A section that was found, with a part of its text around the first word found. */
export interface Hit extends Section {
  excerpt: string;
  terms: string[];
}

const EXCERPT = 140;
const LIMIT = 12;
/** What integrators and operators read comes before what maintainers read. */
const WEIGHTS: Record<string, number> = { 'Get started': 1.3, Integrate: 1.3, Operate: 1.1, Internals: 0.6 };

function excerpt(text: string, terms: string[]): string {
  const lower = text.toLowerCase();
  const found = terms.map((term) => lower.indexOf(term)).filter((at) => at >= 0);
  const start = Math.max(0, Math.min(...(found.length > 0 ? found : [0])) - EXCERPT / 4);
  const from = start === 0 ? 0 : text.indexOf(' ', start) + 1;
  const end = text.length <= from + EXCERPT ? text.length : text.lastIndexOf(' ', from + EXCERPT);
  return `${from > 0 ? '… ' : ''}${text.slice(from, end)}${end < text.length ? ' …' : ''}`;
}

/** Loads the sections and returns the function that searches them. */
export async function openIndex(root: string): Promise<(query: string) => Hit[]> {
  const response = await fetch(`${root}search.json`);
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const sections: Section[] = await response.json();
  const index = new MiniSearch<Section & { id: number }>({
    fields: ['heading', 'page', 'text'],
    // Names such as `session-url` and NEARFAR_CORS_ORIGINS are found whole and by their words.
    tokenize: (text) => text.split(/[\s\p{P}]+/u).concat(text.match(/[\w][\w./-]*[_.-][\w]+/g) ?? []),
    searchOptions: {
      boost: { heading: 4, page: 2 },
      prefix: true,
      fuzzy: (term) => (term.length > 4 ? 0.2 : 0),
      combineWith: 'AND',
      boostDocument: (id) => WEIGHTS[sections[id]?.section ?? ''] ?? 1,
    },
  });
  index.addAll(sections.map((section, id) => ({ ...section, id })));
  return (query) => {
    let results = index.search(query);
    if (results.length === 0) results = index.search(query, { combineWith: 'OR' });
    return results.slice(0, LIMIT).flatMap(({ id, terms }) => {
      const section = sections[id];
      return section ? [{ ...section, terms, excerpt: excerpt(section.text, terms) }] : [];
    });
  };
}
