// Applies the reader's colour scheme before the first paint. Without a choice, the device's setting counts.

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
if (choice === 'light' || choice === 'dark') document.documentElement.dataset.theme = choice;
document.documentElement.classList.add('scripts');
