// The hosted page's address, and what of it is a secret: the session's token, and the link of a second device. Once the
// page is open they leave the address, so that nobody reads them from a screen, a screenshot or a list of visited
// pages. A reload finds them in the state of the history's entry, which browsers keep where they refuse storage.

import type { Place } from '../lib/storage.js';

const PREFIX = '#handoff=';

/** The link of a second device's address. */
export function linkOf({ hash }: URL): string | null {
  return hash.startsWith(PREFIX) ? hash.slice(PREFIX.length) : null;
}

/** What names and opens a session. */
export interface Secrets {
  token: string | null;
  /** The link by which this is the second device. */
  link: string | null;
}

/** Whether the address is that of a session, and not of the demo. */
export function isJourney(address: URL): boolean {
  return ['token', 'session', 'link'].some((name) => address.searchParams.has(name)) || linkOf(address) !== null;
}

/** The secrets of the address, else those that `entry` has kept of it. */
export function secretsOf(address: URL, entry: Place): Secrets {
  const kept = (name: string) => {
    try {
      return entry.read(name);
    } catch {
      return null;
    }
  };
  const [token, link] = [address.searchParams.get('token'), linkOf(address)];
  if (token !== null || link !== null) return { token, link };
  return { token: kept('token'), link: kept('link') };
}

/** The address without its secrets. By `session` the service still knows whose frames and pictures it allows. */
export function withoutSecrets(address: URL, signatureId: string): URL {
  const clean = new URL(address);
  if (clean.searchParams.has('token')) {
    clean.searchParams.delete('token');
    clean.searchParams.set('session', signatureId);
  }
  if (linkOf(clean) !== null) clean.hash = '';
  return clean;
}

/** The state of this entry of the window's history. It belongs to the hosted page, which has the window for itself. */
export const entry: Place = {
  read: (name) => {
    const kept: unknown = history.state?.nearfar?.[name];
    return typeof kept === 'string' ? kept : null;
  },
  write: (name, value) => {
    const { nearfar, ...others } = history.state ?? {};
    history.replaceState({ ...others, nearfar: { ...nearfar, [name]: value } }, '');
  },
};

/** Takes the secrets out of the window's address. Where the browser refuses that, they stay, and the page goes on. */
export function hideSecrets({ token, link }: Secrets, signatureId: string): void {
  try {
    entry.write('token', token);
    entry.write('link', link);
    history.replaceState(history.state, '', withoutSecrets(new URL(location.href), signatureId));
  } catch (error) {
    console.warn(`The token stays in the address: ${error}`);
  }
}
