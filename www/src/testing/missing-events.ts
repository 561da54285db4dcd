// Compares the events of a page with those that a scenario expects.

import type { ExpectedEvent, PlayedEvent } from './types.js';

const matches = (event: PlayedEvent, expected: ExpectedEvent) =>
  Object.entries(expected).every(([name, value]) => event[name as keyof PlayedEvent] === value);

/**
 * The expected events that have not come yet, in their order; others may lie in between. Empty once the scenario has
 * happened as it should.
 */
export function missingEvents(expected: readonly ExpectedEvent[], events: readonly PlayedEvent[]): ExpectedEvent[] {
  let at = 0;
  for (const event of events) {
    const next = expected[at];
    if (next && matches(event, next)) at += 1;
  }
  return expected.slice(at);
}
