// The dialog of the search: it opens with a click, `/` or Ctrl+K; the arrow keys walk through the results.

import { byId, create } from './dom.js';
import type { Hit } from './search-index.js';

type Search = (query: string) => Hit[];

/** The text with the words that were found marked. */
function marked(text: string, terms: string[]): (Node | string)[] {
  const escaped = terms.map((term) => term.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  if (escaped.length === 0) return [text];
  const parts = text.split(new RegExp(`(${escaped.join('|')})`, 'gi'));
  return parts.map((part, index) => (index % 2 === 1 ? create('mark', {}, part) : part));
}

/** Shows the button and connects the dialog. */
export function addSearch(): void {
  const dialog = byId<HTMLDialogElement>('search');
  const input = byId<HTMLInputElement>('search-input');
  const list = byId('search-results');
  const status = byId('search-status');
  const root = document.body.dataset.root ?? './';
  let search: Promise<Search> | null = null;

  const links = () => Array.from(list.querySelectorAll('a'));
  const item = ({ url, heading, page, section, excerpt, terms }: Hit) => {
    const place = heading === page ? section : `${section} › ${page}`;
    const link = create(
      'a',
      { href: root + url },
      create('small', {}, place),
      create('strong', {}, ...marked(heading, terms)),
      create('span', {}, ...marked(excerpt, terms)),
    );
    link.addEventListener('click', () => dialog.close());
    return create('li', {}, link);
  };
  const load = () => {
    search ??= import('./search-index.js').then(({ openIndex }) => openIndex(root));
    search.catch(() => {
      search = null;
    });
    return search;
  };
  const update = async () => {
    const query = input.value.trim();
    if (query === '') {
      list.replaceChildren();
      status.textContent = '';
      return;
    }
    let hits: Hit[];
    try {
      hits = (await load())(query);
    } catch (error) {
      status.textContent = `The search did not load: ${error}`;
      return;
    }
    // Another letter was typed meanwhile.
    if (query !== input.value.trim()) return;
    list.replaceChildren(...hits.map(item));
    const count = hits.length === 1 ? '1 result' : `${hits.length} results`;
    status.textContent = hits.length === 0 ? `Nothing found for “${query}”` : count;
  };
  const open = () => {
    if (dialog.open) return;
    dialog.showModal();
    input.select();
    void load().catch(() => undefined);
  };

  const button = byId<HTMLButtonElement>('search-open');
  button.hidden = false;
  button.addEventListener('click', open);
  input.addEventListener('input', () => void update());
  dialog.addEventListener('keydown', (event) => {
    // Otherwise the browser only clears the field at first.
    if (event.key === 'Escape') {
      event.preventDefault();
      dialog.close();
    }
    const all = links();
    const at = all.indexOf(document.activeElement as HTMLAnchorElement);
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const to = at + (event.key === 'ArrowDown' ? 1 : -1);
      (to < 0 ? input : (all[to] ?? all.at(-1) ?? input)).focus();
    }
    if (event.key === 'Enter' && document.activeElement === input) {
      event.preventDefault();
      all[0]?.click();
    }
  });
  // A click beside the dialog closes it.
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  document.addEventListener('keydown', (event) => {
    const isTyping = event.target instanceof HTMLElement && event.target.closest('input, textarea, select');
    const isShortcut = (event.key === '/' && !isTyping) || (event.key === 'k' && (event.ctrlKey || event.metaKey));
    if (!isShortcut) return;
    event.preventDefault();
    open();
  });
}
