// Adds a button to every block of code that copies it.

import { create } from './dom.js';

/** How long the button says that it has copied, ms. */
const CONFIRM_MS = 2000;

/** A button that copies a text, and says so. */
export function copyButton(text: () => string): HTMLButtonElement {
  const label = create('span', { role: 'status' }, 'Copy');
  const button = create('button', { type: 'button', class: 'copy' }, label);
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(text());
      label.textContent = 'Copied';
    } catch {
      label.textContent = 'Not copied: select the text';
    }
    setTimeout(() => {
      label.textContent = 'Copy';
    }, CONFIRM_MS);
  });
  return button;
}

/** Adds the buttons. */
export function addCopyButtons(): void {
  for (const block of document.querySelectorAll<HTMLElement>('.prose .code')) {
    block.append(copyButton(() => block.querySelector('code')?.textContent ?? ''));
  }
}
