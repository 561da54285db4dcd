// The configuration's colours and backgrounds, set on the elements that name their fields. By the object model: a style
// attribute is what the page's policy refuses, and nothing that is set this way can become more than one property.

import type { Look } from './look.js';

const NO_FIELD = '';

/** `Page.field` to its two parts. */
function named(element: HTMLElement, name: 'color' | 'fill' | 'accent'): [string, string] {
  const [page = '', field = NO_FIELD] = (element.dataset[name] ?? '').split('.');
  return [page, field];
}

function fill(element: HTMLElement, look: Look): void {
  const [page, prefix] = named(element, 'fill');
  const field = (end: string) => (prefix === NO_FIELD ? end.replace('B', 'b') : `${prefix}${end}`);
  const link = look.link(page, field('BackgroundLink'));
  element.style.backgroundColor = look.color(page, field('BackgroundColor')) ?? '';
  // Parsed, so that no quote is left in it.
  element.style.backgroundImage = link ? `url("${new URL(link).href}")` : '';
  element.style.backgroundSize = link ? 'cover' : '';
}

/**
 * Paints what is below `root`: `data-color="Page.field"` the text, `data-accent` a bar, `data-fill="Page.button"` the
 * background by `buttonBackgroundColor` and `buttonBackgroundLink` (`data-fill="Page"`: `backgroundColor` and so on).
 */
export function paint(root: ParentNode, look: Look): void {
  for (const element of root.querySelectorAll<HTMLElement>('[data-color]'))
    element.style.color = look.color(...named(element, 'color')) ?? '';
  for (const element of root.querySelectorAll<HTMLElement>('[data-accent]'))
    element.style.accentColor = look.color(...named(element, 'accent')) ?? '';
  for (const element of root.querySelectorAll<HTMLElement>('[data-fill]')) fill(element, look);
}
