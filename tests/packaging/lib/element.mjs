// Adds the element to a page and records its events.

const EVENTS = [
  ...['ready', 'permission', 'started', 'phase', 'captured', 'uploading', 'complete', 'continue', 'cancel', 'error'],
  'unsupported',
];

/** Adds an element with these attributes to the page. `globalThis.events` lists its events. */
export async function addElement(page, attributes) {
  await page.evaluate(
    async ([names, attributes]) => {
      const { defineElement } = await import('nearfar');
      await defineElement();
      globalThis.events ??= [];
      const element = document.createElement('nearfar-liveness');
      for (const name of names) {
        element.addEventListener(name, ({ detail, target: { id }, composed, bubbles }) => {
          const { code, message, cause, passed, over, triesLeft, sessionId, version, state } = detail;
          const fields = { code, message, cause, passed, over, triesLeft, sessionId, version, state };
          globalThis.events.push({ id, name, composed, bubbles, ...fields });
        });
      }
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      document.body.append(element);
    },
    [EVENTS, attributes],
  );
}

/** The events with this name so far. */
export const eventsOf = (page, name) =>
  page.evaluate((name) => globalThis.events.filter((event) => event.name === name), name);

/** Waits for an event with this name from the element with this id. */
export const waitForEvent = (page, name, id = '') =>
  page.waitForFunction(
    ([name, id]) => globalThis.events?.some((event) => event.name === name && event.id === id),
    [name, id],
  );
