// An element in somebody's page, and what it tells.

const EVENTS = [
  ...['ready', 'permission', 'started', 'phase', 'captured', 'uploading', 'complete', 'continue', 'cancel', 'error'],
  'unsupported',
];

/** Puts an element with these attributes into the page and keeps what it tells in `told`. */
export async function put(page, attributes) {
  await page.evaluate(
    async ([names, attributes]) => {
      const { defineElement } = await import('nearfar');
      await defineElement();
      globalThis.told ??= [];
      const element = document.createElement('nearfar-liveness');
      for (const name of names) {
        element.addEventListener(name, ({ detail, target: { id }, composed, bubbles }) => {
          const { code, message, cause, passed, over, triesLeft, sessionId, version, state } = detail;
          const what = { code, message, cause, passed, over, triesLeft, sessionId, version, state };
          globalThis.told.push({ id, name, composed, bubbles, ...what });
        });
      }
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      document.body.append(element);
    },
    [EVENTS, attributes],
  );
}

/** What was told under a name so far. */
export const told = (page, name) =>
  page.evaluate((name) => globalThis.told.filter((event) => event.name === name), name);

/** Waits until the element with this id has told something under a name. */
export const hears = (page, name, id = '') =>
  page.waitForFunction(
    ([name, id]) => globalThis.told?.some((event) => event.name === name && event.id === id),
    [name, id],
  );
