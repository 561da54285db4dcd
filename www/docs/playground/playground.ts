// The playground: every change goes to the preview, into the code and into the address, which can be shared.

import { byId, create } from '../dom.js';
import { configureUiCode, htmlCode, reactCode } from './code.js';
import { codeView } from './code-view.js';
import { Controls } from './controls.js';
import { type FromPreview, hashOf, initialState, SCREENS, type State, stateFromHash, type ToPreview } from './state.js';

/** A pause in typing after which the preview begins again, ms. */
const PAUSE_MS = 350;
const MAX_EVENTS = 50;

const controls = new Controls();
const preview = byId<HTMLIFrameElement>('preview');
const problems = byId('problems');
const events = byId('events');
const screen = byId<HTMLSelectElement>('screen');
const device = byId<HTMLSelectElement>('device');
const scenario = byId<HTMLSelectElement>('scenario');
const showCode = codeView(byId('code'), ['HTML', 'React', 'ConfigureUI']);

for (const [value, label] of Object.entries(SCREENS)) screen.append(create('option', { value }, label));

let state = stateFromHash(location.hash);
let isReady = false;
let timer: ReturnType<typeof setTimeout> | undefined;

function writeControls(): void {
  controls.write(state);
  screen.value = state.screen;
  device.value = state.device;
}

function readControls(): State {
  const found: string[] = [];
  const read = controls.read((problem) => found.push(problem));
  problems.textContent = found.join(' ');
  const chosen = { screen: screen.value, device: device.value === 'computer' ? 'computer' : 'phone' } as const;
  return { ...read, ...chosen, scenario: scenario.value || state.scenario };
}

function showPreview(): void {
  if (!isReady) return;
  events.replaceChildren();
  preview.dataset.device = state.device;
  const message: ToPreview = { kind: 'show', state };
  preview.contentWindow?.postMessage(message, location.origin);
}

function update(): void {
  state = readControls();
  showCode([htmlCode(state), reactCode(state, controls.properties), configureUiCode(state)]);
  history.replaceState(null, '', hashOf(state) || location.pathname);
  clearTimeout(timer);
  timer = setTimeout(showPreview, PAUSE_MS);
}

addEventListener('message', ({ source, origin, data }: MessageEvent<FromPreview>) => {
  if (source !== preview.contentWindow || origin !== location.origin) return;
  if (data.kind === 'ready') {
    const options = data.scenarios.map(([value, text]) =>
      create('option', { value, title: text }, value.replaceAll('_', ' ')),
    );
    scenario.replaceChildren(...options);
    scenario.value = state.scenario;
    isReady = true;
    showPreview();
  } else {
    const event = create('li', { 'data-name': data.name }, create('code', {}, data.name), ` ${data.detail}`);
    const newest = events.querySelector('li');
    // Progress comes many times a second: its last state is enough, and leaves the other events in view.
    if (data.name === 'progress' && newest?.dataset.name === 'progress') newest.replaceWith(event);
    else events.prepend(event);
    while (events.children.length > MAX_EVENTS) events.lastChild?.remove();
  }
});
byId('controls').addEventListener('input', ({ target }) => {
  const { id, value } = target as HTMLInputElement;
  if (id === 'filter') controls.filter(value);
  else update();
});
byId('controls').addEventListener('submit', (event) => event.preventDefault());
controls.connectPickers(update);
for (const select of [screen, device, scenario]) select.addEventListener('change', update);
byId('restart').addEventListener('click', showPreview);
byId('reset').addEventListener('click', () => {
  state = initialState();
  scenario.value = state.scenario;
  writeControls();
  update();
});
writeControls();
update();
// Only now, so that its first message is heard.
preview.src = 'preview/';
