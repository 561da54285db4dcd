// The preview: shows the element with the playground's state, a drawn person before a fake camera, and a practice
// service. The state comes by a message from the playground, or by the address's fragment.

import { attributeOf } from '../../src/npm/attributes.js';
import { defineElement } from '../../src/npm/element.js';
import { EVENT_NAMES } from '../../src/npm/frameworks.js';
import { installFakeCamera, SCENARIOS, type ScenarioName } from '../../src/testing/index.js';
import { byId } from '../dom.js';
import { PracticeService } from './practice-service.js';
import { answerRequests } from './requests.js';
import { type FromPreview, SCREENS, type ScreenName, type State, stateFromHash, type ToPreview } from './state.js';

/** The preview's own session and files. */
const OWN = {
  apiUrl: new URL('service/', location.href).href,
  token: 'practice',
  assetsUrl: new URL('assets/', location.href).href,
  workerSrc: new URL('worker.js', location.href).href,
};
/** Properties that the preview sets itself. */
const CODE_ONLY = ['sessionUrl', 'wasmSrc', 'modelSrc', ...Object.keys(OWN)].map(attributeOf);

let service = new PracticeService('start', {}, true);
let isPhone = true;
answerRequests(new URL(OWN.apiUrl), () => service);

// The page shows its phone's pages where the pointer is coarse.
const match = window.matchMedia.bind(window);
window.matchMedia = (query) => match(query === '(pointer: coarse)' ? (isPhone ? 'all' : 'not all') : query);

// The element focuses the heading of each page. The reader's focus stays where it is until they enter the preview.
const { focus } = HTMLElement.prototype;
HTMLElement.prototype.focus = function focusWithin(options) {
  if (document.hasFocus()) focus.call(this, options);
};

const send = (message: FromPreview) => parent !== window && parent.postMessage(message, location.origin);

/** The detail of an event, short: pictures are bytes. */
function short(detail: unknown): string {
  return JSON.stringify(detail, (_name, value) => (value instanceof Uint8Array ? `${value.length} bytes` : value));
}

/** Shows a state from its beginning. */
function show(state: State): void {
  const stage = byId('stage');
  stage.replaceChildren();
  const screen: ScreenName = state.screen in SCREENS ? (state.screen as ScreenName) : 'start';
  isPhone = state.device === 'phone';
  service = new PracticeService(screen, state.ui, isPhone);
  const scenario = state.scenario in SCENARIOS ? (state.scenario as ScenarioName) : 'captured';
  installFakeCamera(window, scenario);
  const element = document.createElement('nearfar-liveness');
  const begins = screen === 'camera' ? { 'start-screen': 'false' } : {};
  const shown = Object.entries(state.attributes).filter(([name]) => !CODE_ONLY.includes(name));
  const own = Object.entries(OWN).map(([name, value]) => [attributeOf(name), value] as const);
  for (const [name, value] of [...Object.entries({ locale: state.locale, ...begins }), ...shown, ...own])
    element.setAttribute(name, value);
  for (const [name, value] of Object.entries(state.styles)) element.style.setProperty(name, value);
  for (const name of EVENT_NAMES)
    element.addEventListener(name, (event: Event) => {
      if (event.target === element) send({ kind: 'event', name, detail: short((event as CustomEvent).detail) });
    });
  stage.append(element);
}

addEventListener('message', ({ source, origin, data }: MessageEvent<ToPreview>) => {
  if (source === parent && origin === location.origin && data.kind === 'show') show(data.state);
});
await defineElement();
const scenarios = Object.entries(SCENARIOS).filter(([, scenario]) => !('sandbox' in scenario));
send({ kind: 'ready', scenarios: scenarios.map(([name, { description }]) => [name, description]) });
// Within a document there is no playground: the fragment has the state.
if (location.hash) show(stateFromHash(location.hash));
