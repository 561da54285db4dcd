// Listens to the events of the hosted page (`nearfar:…` on the document) and of <nearfar-liveness>, which bubble.

import type { PlayedEvent } from '../types.js';

/** Receives the page's events. */
export interface Listener {
  onEvent(event: PlayedEvent): void;
}

const NAMES = ['permission', 'ready', 'started', 'phase', 'instruction', 'restarted', 'paused', 'resumed', 'captured'];
const RESULTS = ['complete', 'judged', 'error', 'cancel', 'continue'];
const PREFIX = 'nearfar:';

/** What an event's detail may hold. */
interface Detail {
  phase?: PlayedEvent['phase'];
  code?: string | null;
  reason?: string;
  passed?: boolean;
  state?: string;
  result?: { code: string } | null;
}

/** The event with the fields that scenarios compare, named as those of <nearfar-liveness>. */
function played(name: string, detail: Detail): PlayedEvent | null {
  const { phase, code, reason, passed } = detail;
  if (name === 'judged') {
    const { state, result } = detail;
    if (state === 'open' || state === 'judging') return null;
    return { name: 'complete', passed: state === 'succeeded', code: result?.code ?? null };
  }
  const fields = { phase, code, reason, passed };
  return { name, ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) };
}

/** Records the events of a document and passes them on. */
export function listen(document: Document, listener: Listener): { events: PlayedEvent[]; stop(): void } {
  const events: PlayedEvent[] = [];
  const handle = ({ type, detail }: Event & { detail?: unknown }) => {
    // Browsers have events of these names too, without an object as their detail.
    if (detail !== undefined && detail !== null && typeof detail !== 'object') return;
    const isOurs = type.startsWith(PREFIX);
    if (!isOurs && !detail) return;
    const event = played(isOurs ? type.slice(PREFIX.length) : type, (detail ?? {}) as Detail);
    if (!event) return;
    events.push(event);
    listener.onEvent(event);
  };
  const types = [...NAMES, ...RESULTS].flatMap((name) => [name, PREFIX + name]);
  for (const type of types) document.addEventListener(type, handle, true);
  return {
    events,
    stop: () => {
      for (const type of types) document.removeEventListener(type, handle, true);
    },
  };
}
