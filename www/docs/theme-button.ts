// The button that changes between light and dark colours.

import { byId } from './dom.js';
import { writeChoice } from './storage.js';

const dark = matchMedia('(prefers-color-scheme: dark)');

/** The colours that are shown now. */
const current = () => document.documentElement.dataset.theme ?? (dark.matches ? 'dark' : 'light');

/** Shows the button. */
export function addThemeButton(): void {
  const button = byId<HTMLButtonElement>('theme');
  const label = () => {
    button.setAttribute('aria-label', current() === 'dark' ? 'Use light colours' : 'Use dark colours');
    button.title = button.getAttribute('aria-label') ?? '';
  };
  button.addEventListener('click', () => {
    const chosen = current() === 'dark' ? 'light' : 'dark';
    document.documentElement.dataset.theme = chosen;
    writeChoice('theme', chosen);
    label();
  });
  dark.addEventListener('change', label);
  label();
  button.hidden = false;
}
