// Shows the element for the session in the address, and records its events for the test.

const EVENTS = ['ready', 'permission', 'started', 'phase', 'captured', 'uploading', 'complete', 'error'];

export function show(element, parent) {
  const query = new URLSearchParams(location.search);
  globalThis.events = [];
  for (const name of EVENTS) {
    element.addEventListener(name, ({ detail: { code, passed, share, sessionId, version } }) => {
      globalThis.events.push({ name, code, passed, share, sessionId, version });
    });
  }
  element.sessionUrl = query.get('session');
  element.constraints = query.get('constraints');
  element.locale = 'en';
  parent?.append(element);
}
