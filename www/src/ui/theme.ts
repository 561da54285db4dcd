// Applies the configuration's colours and backgrounds to the elements that name their fields. Styles are set through
// the object model: the page's policy refuses style attributes, and a value set this way cannot add a second property.

import { backgroundOf, contrast, MIN_CONTRAST, textColorOn } from './contrast.js';
import type { UiConfig } from './ui-config.js';

/** Splits `Page.field`. */
function configField(element: HTMLElement, name: 'color' | 'fill' | 'accent' | 'border'): [string, string] {
  const [page = '', field = ''] = (element.dataset[name] ?? '').split('.');
  return [page, field];
}

/** Sets the background and a readable text colour, which a configured colour may replace. */
function applyBackground(element: HTMLElement, ui: UiConfig): void {
  const [page, prefix] = configField(element, 'fill');
  const field = (end: string) => (prefix === '' ? end.replace('B', 'b') : `${prefix}${end}`);
  const link = ui.link(page, field('BackgroundLink'));
  const color = ui.color(page, field('BackgroundColor'));
  element.style.backgroundColor = color ?? '';
  // Parsing the address escapes quotes.
  element.style.backgroundImage = link ? `url("${new URL(link).href}")` : '';
  element.style.backgroundSize = link ? 'cover' : '';
  const textColor = color ? textColorOn(color) : '';
  element.style.color = textColor;
  // The softer text colour only suits the page's own background.
  element.style.setProperty('--soft', textColor);
  // Nor do the colours of drawings.
  element.style.setProperty('--art', textColor);
}

/** Sets the text colour if it is readable on the element's background. */
function applyTextColor(element: HTMLElement, ui: UiConfig): void {
  const color = ui.color(...configField(element, 'color'));
  if (!color) {
    if (element.dataset.fill === undefined) element.style.color = '';
    return;
  }
  const background = backgroundOf(element);
  if (background === null || contrast(color, background) >= MIN_CONTRAST) element.style.color = color;
  else if (element.dataset.fill === undefined) element.style.color = '';
}

/**
 * Styles the elements below `root` by their attributes: `data-color="Page.field"` sets the text colour, `data-accent`
 * that of a progress ring, `data-border` that of an edge, and `data-fill="Page.button"` the background from
 * `buttonBackgroundColor` and `buttonBackgroundLink` (`data-fill="Page"`: `backgroundColor` and so on).
 */
export function applyTheme(root: ParentNode, ui: UiConfig): void {
  const all = (name: string) => root.querySelectorAll<HTMLElement>(`[data-${name}]`);
  for (const element of all('fill')) applyBackground(element, ui);
  for (const element of all('color')) applyTextColor(element, ui);
  for (const element of all('accent')) element.style.color = ui.color(...configField(element, 'accent')) ?? '';
  for (const element of all('border')) element.style.borderColor = ui.color(...configField(element, 'border')) ?? '';
}
