// The configuration's colours and backgrounds, set on the elements that name their fields. By the object model: a style
// attribute is what the page's policy refuses, and nothing that is set this way can become more than one property.

import { backgroundOf, contrast, inkOn, LEAST_CONTRAST } from './contrast.js';
import type { Look } from './ui-config.js';

/** `Page.field` to its two parts. */
function named(element: HTMLElement, name: 'color' | 'fill' | 'accent' | 'border'): [string, string] {
  const [page = '', field = ''] = (element.dataset[name] ?? '').split('.');
  return [page, field];
}

/** The background, and ink that can be read on it, which an own colour may replace. */
function fill(element: HTMLElement, look: Look): void {
  const [page, prefix] = named(element, 'fill');
  const field = (end: string) => (prefix === '' ? end.replace('B', 'b') : `${prefix}${end}`);
  const link = look.link(page, field('BackgroundLink'));
  const color = look.color(page, field('BackgroundColor'));
  element.style.backgroundColor = color ?? '';
  // Parsed, so that no quote is left in it.
  element.style.backgroundImage = link ? `url("${new URL(link).href}")` : '';
  element.style.backgroundSize = link ? 'cover' : '';
  const ink = color ? inkOn(color) : '';
  element.style.color = ink;
  // Softer text is made for the page's own background.
  element.style.setProperty('--nearfar-soft', ink);
}

/** A text's colour, if it can be read where the text is. */
function ink(element: HTMLElement, look: Look): void {
  const color = look.color(...named(element, 'color'));
  if (!color) {
    if (element.dataset.fill === undefined) element.style.color = '';
    return;
  }
  const background = backgroundOf(element);
  if (background === null || contrast(color, background) >= LEAST_CONTRAST) element.style.color = color;
  else if (element.dataset.fill === undefined) element.style.color = '';
}

/**
 * Paints what is below `root`: `data-color="Page.field"` the text, `data-accent` a bar, `data-border` an edge,
 * `data-fill="Page.button"` the background by `buttonBackgroundColor` and `buttonBackgroundLink` (`data-fill="Page"`:
 * `backgroundColor` and so on).
 */
export function paint(root: ParentNode, look: Look): void {
  const all = (name: string) => root.querySelectorAll<HTMLElement>(`[data-${name}]`);
  for (const element of all('fill')) fill(element, look);
  for (const element of all('color')) ink(element, look);
  for (const element of all('accent')) element.style.accentColor = look.color(...named(element, 'accent')) ?? '';
  for (const element of all('border')) element.style.borderColor = look.color(...named(element, 'border')) ?? '';
}
