// The hosted page's address and the secrets in it: the session's token and the link of a second device. The page
// removes them from the address when it opens, so that they show up in no screenshot and no list of visited pages. A
// reload finds them in the state of the history entry, which browsers keep even where they refuse storage.

import type { StorageBackend } from '../lib/storage.js';

const PREFIX = '#handoff=';

/** The handoff link in an address. */
export function handoffLinkOf({ hash }: URL): string | null {
  return hash.startsWith(PREFIX) ? hash.slice(PREFIX.length) : null;
}

/** The secrets that open a session. */
export interface Secrets {
  token: string | null;
  /** The link that makes this device the second one. */
  link: string | null;
}

/** Whether the address names a session; otherwise it opens the demo. */
export function isSessionAddress(address: URL): boolean {
  return ['token', 'session', 'link'].some((name) => address.searchParams.has(name)) || handoffLinkOf(address) !== null;
}

/** The secrets in the address, or those that the history entry has kept. */
export function secretsOf(address: URL, entry: StorageBackend): Secrets {
  const stored = (name: string) => {
    try {
      return entry.read(name);
    } catch {
      return null;
    }
  };
  const [token, link] = [address.searchParams.get('token'), handoffLinkOf(address)];
  if (token !== null || link !== null) return { token, link };
  return { token: stored('token'), link: stored('link') };
}

/** The address without its secrets. `session` tells the service whose frames and pictures it allows. */
export function withoutSecrets(address: URL, signatureId: string): URL {
  const clean = new URL(address);
  if (clean.searchParams.has('token')) {
    clean.searchParams.delete('token');
    clean.searchParams.set('session', signatureId);
  }
  if (handoffLinkOf(clean) !== null) clean.hash = '';
  return clean;
}

/** The state of the current history entry. The hosted page may use it: the window is its own. */
export const historyEntry: StorageBackend = {
  read: (name) => {
    const value: unknown = history.state?.nearfar?.[name];
    return typeof value === 'string' ? value : null;
  },
  write: (name, value) => {
    const { nearfar, ...others } = history.state ?? {};
    history.replaceState({ ...others, nearfar: { ...nearfar, [name]: value } }, '');
  },
};

/** Removes the secrets from the window's address. If the browser refuses, they stay and the page continues. */
export function hideSecrets({ token, link }: Secrets, signatureId: string): void {
  try {
    historyEntry.write('token', token);
    historyEntry.write('link', link);
    history.replaceState(history.state, '', withoutSecrets(new URL(location.href), signatureId));
  } catch (error) {
    console.warn(`The token stays in the address: ${error}`);
  }
}
