// The second device of the cross-device process: it opens the link, and waits for the first one's word.

import { freshId } from './attempt.js';
import { persistently } from './delivery.js';
import type { Screen } from './screen.js';
import type { Service, Session, Status } from './service.js';

const PREFIX = '#handoff=';

/** The link of a second device's address. */
export function linkOf({ hash }: URL): string | null {
  return hash.startsWith(PREFIX) ? hash.slice(PREFIX.length) : null;
}

/** Opens the link. With the same id, kept for this tab, it can be opened again: after a reload, say. */
export async function claim(service: Service, link: string, signal: AbortSignal): Promise<void> {
  const kept = `nearfar-device-${link.split('.')[0]}`;
  const deviceId = sessionStorage.getItem(kept) ?? freshId();
  sessionStorage.setItem(kept, deviceId);
  await persistently(
    () => service.claim(link, deviceId),
    () => undefined,
    signal,
  );
}

/** Shows the number until the first device has said that it is the right one, or the session is over. */
export async function awaitWord(
  { status }: Session,
  service: Service,
  screen: Screen,
  signal: AbortSignal,
): Promise<Status> {
  let now = status;
  while (!now.active && (now.state === 'open' || now.state === 'retry') && now.handoff?.state !== 'ended') {
    await screen.show({ name: 'number', number: now.handoff?.number ?? '' });
    const { version } = now;
    now = await persistently(
      () => service.status(version),
      () => undefined,
      signal,
    );
  }
  return now;
}
