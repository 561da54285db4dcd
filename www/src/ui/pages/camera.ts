// The camera page: what the browser asks, then the video with its overlay and controls.

import { html, nothing, svg, type TemplateResult } from 'lit';
import type { CameraPage, PageContext } from '../view.js';
import { cameraList } from './camera-list.js';

/** An arrow to the right, ten units long, with its middle at the origin. */
const ARROW = svg`<g class="arrow"><path d="M-5-1.3H.9L-1.8-4 0-5.8 5.8 0 0 5.8-1.8 4 .9 1.3H-5z"></path></g>`;

/** The browser's own question, as a drawing. */
function drawnQuestion({ i18n }: PageContext): TemplateResult {
  const { host } = location;
  return html`
    <div class="window" aria-hidden="true">
      <div class="bar"><i></i><i></i><i></i><span>${host}</span></div>
      <div class="question">
        <svg viewBox="0 0 24 24"><path d="M3 7h11.5v10H3zM14.5 11l6-3.5v9l-6-3.5z"></path></svg>
        <span>${i18n.format('ask_question', { site: host })}</span>
        <div class="choice"><b>${i18n.format('ask_block')}</b><b class="allow">${i18n.format('ask_allow')}</b></div>
      </div>
    </div>`;
}

/** Covers the picture until there is one. */
function curtain(context: PageContext, { state, hint, tap }: CameraPage): TemplateResult | typeof nothing {
  const { i18n } = context;
  if (tap)
    return html`<div class="curtain"><p>${i18n.format('play_text')}</p><button part="button tap" @click=${tap}>${i18n.format('play_tap')}</button></div>`;
  if (state === 'asking')
    return html`<div class="curtain" part="ask" role="region" aria-labelledby="ask-title" tabindex="0">
      ${drawnQuestion(context)}
      <h2 id="ask-title">${i18n.format('ask_title')}</h2>
      <p>${hint}</p>
    </div>`;
  if (state === 'starting')
    return html`<div class="curtain"><div class="spinner"></div><p>${i18n.format('starting_camera')}</p></div>`;
  return nothing;
}

/** The camera page. */
export function cameraPage(context: PageContext, video: HTMLVideoElement, page: CameraPage): TemplateResult {
  const { i18n, ui } = context;
  video.muted = true;
  video.setAttribute('playsinline', '');
  // Not ariaLabel: Firefox supports it from 119.
  video.setAttribute('aria-label', i18n.format('camera'));
  const title = ui.text('CameraPage', 'title', '');
  const about = ui.text('CameraPage', 'titleDesc', '');
  const { state, cameras: choices, chosen, choose, pause, skip, step, tap } = page;
  const isLive = state === 'live' && !tap;
  const classes = [skip ? 'lit' : '', isLive ? 'live' : '', pause?.isPaused ? 'held' : ''].join(' ');
  return html`
    <section class="camera ${classes}" part="camera" data-fill="CameraPage">
      <header class=${title ? '' : 'visually-hidden'}>
        <h1 tabindex="-1">${title || i18n.format('title')}</h1>
        ${about ? html`<p>${about}</p>` : nothing}
      </header>
      <div class="stage ${page.isMirrored ? 'mirrored' : ''}">
        ${video}
        <svg aria-hidden="true"><path class="shade" fill-rule="evenodd"></path></svg>
        <svg class="marks" aria-hidden="true">
          <ellipse class="oval" pathLength="100"></ellipse>
          <path class="ring" pathLength="100"></path>
          ${[ARROW, ARROW, ARROW, ARROW]}
          <g class="tick"><circle r="19"></circle><path d="M-8 0-2.5 5.5 8-5.5" pathLength="1"></path></g>
        </svg>
      </div>
      <div class="message"><p class="instruction" part="instruction"></p></div>
      ${curtain(context, page)}
      <div class="foot">
        ${isLive ? html`<p class="hint" part="hint">${page.hint}</p>` : nothing}
        ${isLive && step ? html`<p class="step" part="step">${i18n.format('step', { ...step })}</p>` : nothing}
        <div class="controls">
          ${skip ? html`<button part="button skip" @click=${skip}>${i18n.format('light_skip')}</button>` : nothing}
          ${pause ? html`<button part="button pause" @click=${pause.toggle}>${i18n.format(pause.isPaused ? 'resume' : 'pause')}</button>` : nothing}
          ${choices.length > 1 && !skip ? cameraList(i18n, { choices, chosen, choose }, 'compact') : nothing}
          <button part="button cancel" @click=${page.cancel}>${i18n.format('cancel')}</button>
        </div>
      </div>
    </section>`;
}
