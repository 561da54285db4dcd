// Applies the reader's colour scheme before the first paint. Without a choice, the device's setting counts.

import { applyTheme } from './apply-theme.js';

const KEY = 'nearfar-docs-theme';

/** The stored choice; null where storage is blocked. */
function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

const choice = stored();
if (choice === 'light' || choice === 'dark') applyTheme(choice);
document.documentElement.classList.add('scripts');
