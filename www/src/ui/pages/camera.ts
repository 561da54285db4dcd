// The camera page: the video with its overlay and controls.

import { html, nothing, type TemplateResult } from 'lit';
import type { CameraChoice, PageContext } from '../view.js';
import { cameraList } from './camera-list.js';

interface CameraPageProps {
  hint: string;
  cameras: CameraChoice[];
  chosen: string;
  choose: (id: string) => void;
  cancel: () => void;
  skip: (() => void) | null;
  tap: (() => void) | null;
  isMirrored: boolean;
}

/** The camera page: the video with its overlay and controls. */
export function cameraPage({ i18n, ui }: PageContext, video: HTMLVideoElement, props: CameraPageProps): TemplateResult {
  video.muted = true;
  video.setAttribute('playsinline', '');
  // Not ariaLabel: Firefox supports it from 119.
  video.setAttribute('aria-label', i18n.format('camera'));
  const title = ui.text('CameraPage', 'title', '');
  const about = ui.text('CameraPage', 'titleDesc', '');
  const { cameras: choices, chosen, choose } = props;
  return html`
    <section class="camera ${props.skip ? 'lit' : ''}" part="camera" data-fill="CameraPage">
      <header class=${title ? '' : 'visually-hidden'}>
        <h1 tabindex="-1">${title || i18n.format('title')}</h1>
        ${about ? html`<p>${about}</p>` : nothing}
      </header>
      <div class="stage ${props.isMirrored ? 'mirrored' : ''}">
        ${video}
        <svg aria-hidden="true">
          <defs>
            <mask id="hole">
              <rect width="100%" height="100%" fill="#fff"></rect>
              <ellipse data-oval fill="#000"></ellipse>
            </mask>
          </defs>
          <rect class="shade" width="100%" height="100%" mask="url(#hole)"></rect>
          <ellipse data-oval class="oval" pathLength="100"></ellipse>
          <ellipse data-oval class="ring" pathLength="100"></ellipse>
        </svg>
        <p class="instruction" part="instruction"></p>
        <p class="hint">${props.hint}</p>
        ${props.tap ? html`<div class="tap"><p>${i18n.format('play_text')}</p><button part="button tap" @click=${props.tap}>${i18n.format('play_tap')}</button></div>` : nothing}
        <div class="controls">
          ${props.skip ? html`<button part="button skip" @click=${props.skip}>${i18n.format('light_skip')}</button>` : nothing}
          ${choices.length > 1 && !props.skip ? cameraList(i18n, { choices, chosen, choose }) : nothing}
          <button class="quiet" part="button cancel" @click=${props.cancel}>${i18n.format('cancel')}</button>
        </div>
      </div>
    </section>`;
}
