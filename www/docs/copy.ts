// Adds a button to every block of code that copies it.

import { create } from './dom.js';

/** How long the button says that it has copied, ms. */
const CONFIRM_MS = 2000;

/** Tells screen readers: they do not announce that a button's text changes. */
let status: HTMLElement | null = null;

function announce(text: string): void {
  status ??= document.body.appendChild(create('p', { role: 'status', class: 'visually-hidden' }));
  status.textContent = text;
}

/** A button that copies a text, and says so. */
export function copyButton(text: () => string): HTMLButtonElement {
  const button = create('button', { type: 'button', class: 'copy' }, 'Copy');
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(text());
      button.textContent = 'Copied';
    } catch {
      button.textContent = 'Not copied: select the text';
    }
    announce(button.textContent);
    setTimeout(() => {
      button.textContent = 'Copy';
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
