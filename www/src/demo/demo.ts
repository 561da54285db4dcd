// The page without a session: takes the two pictures, shows them, and sends nothing.

import '../ui/styles/base.ts?document';
import '../ui/styles/art.ts?document';
import '../ui/styles/start.ts?document';
import { html, render, type TemplateResult } from 'lit';
import { type CameraCapture, type CaptureOptions, prepareCapture } from '../engine/camera-capture.js';
import { isRearCamera } from '../engine/cameras.js';
import { asFailure, type CaptureFailure } from '../engine/errors.js';
import type { CaptureEvents, Finished, Oval, Still } from '../engine/types.js';
import { readOptions } from '../engine/url-options.js';
import { announcer } from '../ui/announcer.js';
import { ringPath } from '../ui/ellipse.js';
import { journeyAnimation } from '../ui/pages/drawings.js';
import { icon } from '../ui/pages/icons.js';
import { instructions, PAUSE, PAUSED, phases, restarts, TAP, tips } from './texts.js';

type View = 'start' | 'camera' | 'result' | 'error';

const template = document.querySelector<HTMLTemplateElement>('#demo');
if (template) document.body.append(template.content);
document.body.dataset.view = 'start';

function element<T extends Element>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no element #${id}`);
  return found as Element as T;
}

const draw = (id: string, content: TemplateResult) => render(content, element<HTMLElement>(id));
draw('animation', journeyAnimation(PAUSE));
draw('tips', html`${tips.map(([name, text]) => html`<li>${icon(name)}<span>${text}</span></li>`)}`);
draw('error-icon', icon('warning'));

const video = element<HTMLVideoElement>('video');
const announce = announcer(element('announcer'));
const pictures: string[] = [];
let capture: CameraCapture | null = null;
/** The current instruction, to show again after a pause. */
let currentInstruction = '';

function show(view: View): void {
  document.body.dataset.view = view;
  // Focus the heading, so that a screen reader reads the new view from its start.
  const heading = document.getElementById(`${view}-title`);
  (heading ?? element<HTMLElement>('cancel')).focus();
}

function showInstruction(text: string): void {
  element('instruction').textContent = text;
  announce(text);
}

/** The oval: unmirrored CSS px of the video. */
function drawOval({ x, y, width, height }: Oval): void {
  const middle = x + width / 2;
  const place = {
    cx: video.classList.contains('mirrored') ? video.clientWidth - middle : middle,
    cy: y + height / 2,
    rx: width / 2,
    ry: height / 2,
  };
  element('ring').setAttribute('d', ringPath(place));
  for (const id of ['oval', 'hole-oval']) {
    for (const [name, value] of Object.entries(place)) element(id).setAttribute(name, String(value));
  }
}

function drawProgress(fraction: number): void {
  const ring = element<SVGElement>('ring');
  ring.style.strokeDasharray = `${100 * fraction} 100`;
  // Its round end would be a dot.
  ring.style.visibility = fraction > 0 ? '' : 'hidden';
}

function picture(image: HTMLImageElement, jpeg: BlobPart): void {
  const url = URL.createObjectURL(new Blob([jpeg], { type: 'image/jpeg' }));
  pictures.push(url);
  image.src = url;
}

function showStill(name: 'far' | 'near', still: Still): void {
  picture(element(name), still.jpeg);
  const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' }).format(still.time);
  const size = `${still.width} × ${still.height}, ${Math.round(still.jpeg.length / 1024)} kB`;
  element(`${name}-facts`).textContent = `${name === 'far' ? 'Far' : 'Near'}: ${time}. ${size}`;
}

function showResult({ far, near, audit }: Finished): void {
  if (far) showStill('far', far);
  if (near) showStill('near', near);
  const images = audit.map((frame) => {
    const image = new Image();
    image.alt = `${frame.phase}: ${frame.code ? instructions[frame.code] : ''}`;
    picture(image, frame.jpeg);
    return image;
  });
  element('audit').replaceChildren(...images);
  show('result');
}

function showError({ message, code }: CaptureFailure): void {
  element('error-message').textContent = message;
  element('error-code').textContent = code;
  show('error');
}

function onFinished(result: Finished): void {
  if (result.outcome === 'captured') showResult(result);
  else if (result.error) showError(result.error);
  else show('start');
}

const handlers: { [Name in keyof CaptureEvents]?: (detail: CaptureEvents[Name]) => void } = {
  loading: ({ loaded, total }) => {
    element<HTMLProgressElement>('loading').value = loaded / total;
  },
  phase: ({ phase }) => {
    document.body.dataset.phase = phase;
    drawProgress(0);
    const text = phases[phase];
    if (text) showInstruction(text);
  },
  oval: ({ oval }) => drawOval(oval),
  instruction: ({ code }) => {
    currentInstruction = instructions[code];
    showInstruction(currentInstruction);
  },
  progress: ({ fraction }) => drawProgress(fraction),
  'camera-change': (camera) => void video.classList.toggle('mirrored', !isRearCamera(camera)),
  'play-blocked': () => {
    showInstruction(TAP);
    addEventListener('click', () => void video.play().catch(() => undefined), { once: true });
  },
  paused: ({ reason }) => {
    // A person who hid the page does not need this text.
    if (reason === 'muted') showInstruction(PAUSED);
  },
  resumed: () => showInstruction(currentInstruction),
  restarted: ({ reason }) => announce(restarts[reason] ?? 'Let’s start again.'),
  finished: onFinished,
  error: showError,
};

/** Every event is also a DOM event, for pages that embed this one and for tests. */
function onEvent<Name extends keyof CaptureEvents>(name: Name, detail: CaptureEvents[Name]): void {
  handlers[name]?.(detail);
  document.dispatchEvent(new CustomEvent(`nearfar:${name}`, { detail }));
}

/** The options in the address; none if one is invalid, after the error event. */
function pageOptions(): { options: CaptureOptions; autostart: boolean } {
  try {
    return readOptions(new URL(location.href).searchParams);
  } catch (error) {
    onEvent('error', asFailure(error));
    return { options: {}, autostart: false };
  }
}

let starting = false;

/** Starts unless a start is in progress: every capture would ask for the camera again. */
function begin(options: CaptureOptions): void {
  show('camera');
  if (starting) return;
  starting = true;
  void open(options).finally(() => {
    starting = false;
  });
}

async function open(options: CaptureOptions): Promise<void> {
  for (const url of pictures.splice(0)) URL.revokeObjectURL(url);
  document.body.dataset.phase = 'loading';
  showInstruction(phases.loading ?? '');
  try {
    const isFirst = capture === null;
    capture ??= await prepareCapture(video, options, onEvent);
    // "Cancel" was pressed before there was a session to cancel: no camera starts, or it is switched off.
    const isCancelled = () => document.body.dataset.view === 'start';
    if (isCancelled()) return;
    await (isFirst ? capture.start() : capture.retry());
    if (isCancelled()) capture?.stop();
  } catch {
    // The error event has reported it; the next try starts over.
  }
}

const { options, autostart } = pageOptions();
for (const id of ['start', 'again', 'try-again']) {
  element<HTMLButtonElement>(id).addEventListener('click', () => begin(options));
}
element<HTMLButtonElement>('cancel').addEventListener('click', () => {
  capture?.cancel();
  show('start');
});
addEventListener('pagehide', () => {
  capture?.destroy();
  capture = null;
});
// Restored from the back/forward cache, where the camera was released.
addEventListener('pageshow', ({ persisted }: PageTransitionEvent) => {
  if (persisted && document.body.dataset.view === 'camera') show('start');
});
if (autostart) begin(options);
