// Shows the site in the reader's colour scheme.

export type Theme = 'light' | 'dark';

/** Switches the style sheet of the dark colours, which otherwise follows the device's setting. */
export function applyTheme(theme: Theme): void {
  const root = document.documentElement;
  root.dataset.theme = theme;
  const sheet = document.querySelector<HTMLLinkElement>('#dark-colours');
  if (sheet) sheet.media = theme === 'dark' ? 'all' : 'not all';
}
