// What each page of the journey looks like. They show what they are given and tell what was tapped.

import { html, nothing, type TemplateResult } from 'lit';
import type { InstructionCode } from '../engine/capture.js';
import type { Look } from './look.js';
import type { Key, Words } from './words.js';

/** What every page needs. */
export interface Setting {
  words: Words;
  look: Look;
}

/** A page with nothing but words and at most one way on. */
export interface Notice {
  title: Key;
  text: Key;
  /** What the button does; none: the page is an end. */
  action?: 'again' | 'reload' | undefined;
  code?: string | undefined;
}

/** How an attempt came out. */
export interface Outcome {
  passed: boolean;
  code: string;
  score: number | null;
  triesLeft: number;
  /** Seconds until the person is sent on; null: they are not. */
  countdown: number | null;
  canTryAgain: boolean;
  canGoOn: boolean;
  /** Address of the near picture, where the configuration wants it shown. */
  face: string | null;
}

/** The field of the camera page that words an instruction. */
const INSTRUCTION_FIELDS: Partial<Record<InstructionCode, string>> = {
  not_centered: 'faceNotCenterTip',
  not_frontal: 'faceNotFrontalTip',
  too_far: 'faceTooFarTip',
  too_near: 'faceTooNearTip',
  keep_still: 'keepStillTip',
  move_left: 'moveLeftTip',
  move_right: 'moveRightTip',
  // Named by where the face is: one that is too high is told to go down.
  move_down: 'moveTopTip',
  move_up: 'moveBottomTip',
  multiple_faces: 'multipleFacesTip',
  no_face: 'faceMissingTip',
  occluded: 'faceOcclusionTip',
};

/** An instruction in the words and the colour of the configuration. */
export function instruction({ words, look }: Setting, code: InstructionCode): { text: string; color: string | null } {
  const field = INSTRUCTION_FIELDS[code];
  if (!field) return { text: words.text(code), color: look.color('CameraPage', 'tipsTextColor') };
  return {
    text: look.text('CameraPage', `${field}Text`, words.text(code)),
    color: look.color('CameraPage', `${field}TextColor`) ?? look.color('CameraPage', 'tipsTextColor'),
  };
}

/** What went wrong with the pictures, by the result's code. */
const REASONS: Record<string, Key> = {
  NO_FACE_DETECTED: 'failed_no_face',
  TOO_MANY_FACES_DETECTED: 'failed_many_faces',
  FACE_OCCLUDED: 'failed_occluded',
  FACE_QUALITY_TOO_POOR: 'failed_quality',
};

export function loadingPage({ words, look }: Setting, share: number | null): TemplateResult {
  const text = look.text('LoadingPage', 'loadingText', words.text('loading'));
  return html`
    <section class="page center">
      <h1 tabindex="-1" class="small" data-color="LoadingPage.loadingTextColor">${text}</h1>
      <progress aria-label=${text} max="1" .value=${share ?? 0} data-accent="LoadingPage.progressColor"></progress>
    </section>`;
}

const TIPS = ['tip_light', 'tip_uncover', 'tip_hold', 'tip_alone'] as const;

export function tipsPage({ words, look }: Setting, start: () => void): TemplateResult {
  const tips = look.tips('TipsPage') ?? TIPS.map((tip) => words.text(tip));
  return html`
    <section class="page" part="tips" data-fill="TipsPage">
      <h1 tabindex="-1">${look.text('TipsPage', 'title', words.text('tips_title'))}</h1>
      <p>${look.text('TipsPage', 'titleDesc', words.text('tips_lead'))}</p>
      <ul>${tips.map((tip) => html`<li>${tip}</li>`)}</ul>
      <button part="button start" data-fill="TipsPage.button" @click=${start}>
        ${look.text('TipsPage', 'buttonText', words.text('start'))}
      </button>
    </section>`;
}

/** What hangs over the camera's picture. */
export function cameraPage(
  { words }: Setting,
  video: HTMLVideoElement,
  cancel: () => void,
  hint: string,
): TemplateResult {
  video.muted = true;
  video.playsInline = true;
  video.ariaLabel = words.text('camera');
  return html`
    <section class="camera" part="camera" data-fill="CameraPage">
      <h1 tabindex="-1" class="visually-hidden">${words.text('title')}</h1>
      <div class="stage">
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
        <p class="hint">${hint}</p>
        <button class="quiet" part="button cancel" @click=${cancel}>${words.text('cancel')}</button>
      </div>
    </section>`;
}

/** Sending and checking: `share` null while nobody knows how long it takes. */
export function progressPage(title: string, note: string, share: number | null): TemplateResult {
  return html`
    <section class="page center">
      <h1 tabindex="-1" class="small">${title}</h1>
      ${share === null ? html`<progress aria-label=${title}></progress>` : html`<progress aria-label=${title} max="1" .value=${share}></progress>`}
      <p class="note" role="status">${note}</p>
    </section>`;
}

export function noticePage({ words }: Setting, notice: Notice, act: () => void): TemplateResult {
  const label = notice.action === 'reload' ? 'reload' : 'try_again';
  return html`
    <section class="page" part="notice">
      <h1 tabindex="-1">${words.text(notice.title)}</h1>
      <p>${words.text(notice.text)}</p>
      ${notice.action ? html`<button part="button" @click=${act}>${words.text(label)}</button>` : nothing}
      ${notice.code ? html`<p class="note">${words.text('error_code', { code: notice.code })}</p>` : nothing}
    </section>`;
}

/** The time ran out. */
export function timeoutPage({ words, look }: Setting, again: () => void): TemplateResult {
  const link = look.link('TimeoutPage', 'iconLink');
  const text = (field: string, otherwise: Key) => look.text('TimeoutPage', field, words.text(otherwise));
  return html`
    <section class="page" part="notice" data-fill="TimeoutPage">
      ${link ? html`<img class="icon" alt="" src=${link}>` : nothing}
      <h1 tabindex="-1" data-color="TimeoutPage.boldTextColor">${text('boldText', 'timeout_title')}</h1>
      <p data-color="TimeoutPage.tipTextColor">${text('tipText', 'timeout_text')}</p>
      <button
        part="button"
        data-fill="TimeoutPage.tryAgainButton"
        data-color="TimeoutPage.tryAgainButtonTextColor"
        @click=${again}
      >${text('tryAgainButtonText', 'try_again')}</button>
    </section>`;
}

function icon(look: Look, passed: boolean): TemplateResult {
  const link = look.link('ResultPage', passed ? 'successIconLink' : 'failedIconLink');
  if (link) return html`<img class="icon" alt="" src=${link}>`;
  const path = passed ? 'M7 13.5l3.2 3.2L17.5 9' : 'M8 8l8 8M16 8l-8 8';
  return html`
    <svg class="icon ${passed ? 'good' : 'bad'}" viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="12" cy="12" r="11"></circle><path d=${path}></path>
    </svg>`;
}

export function resultPage(
  { words, look }: Setting,
  outcome: Outcome,
  { again, next }: { again: () => void; next: () => void },
): TemplateResult {
  const { passed, score, triesLeft, countdown, face } = outcome;
  const title = passed
    ? look.text('ResultPage', 'successDesc', words.text('success_title'))
    : look.text('ResultPage', 'failedDesc', words.text('failed_title'));
  const reason = words.text(passed ? 'success_text' : (REASONS[outcome.code] ?? 'failed_other'));
  const going = look
    .text('ResultPage', 'countdownText', '')
    .replaceAll('{second}', new Intl.NumberFormat(words.language).format(countdown ?? 0));
  return html`
    <section class="page center" part="result" data-fill="ResultPage">
      ${face ? html`<img class="face" alt="" src=${face}>` : icon(look, passed)}
      <h1 tabindex="-1" data-color="ResultPage.livenessResultTextColor">${title}</h1>
      <p>${reason}</p>
      ${passed ? nothing : html`<p class="note">${words.text('tries_left', { tries: triesLeft })}</p>`}
      ${look.flag('ResultPage', 'showScore', false) && score !== null ? html`<p class="note">${words.text('score', { score })}</p>` : nothing}
      <div class="buttons">
        ${outcome.canTryAgain ? html`<button part="button again" data-fill="ResultPage.tryAgainButton" data-color="ResultPage.tryAgainButtonTextColor" @click=${again}>${look.text('ResultPage', 'tryAgainButtonText', words.text('try_again'))}</button>` : nothing}
        ${outcome.canGoOn ? html`<button part="button next" data-fill="ResultPage.nextStepButton" data-color="ResultPage.nextStepButtonTextColor" class=${outcome.canTryAgain ? 'quiet' : ''} @click=${next}>${look.text('ResultPage', 'nextStepButtonText', words.text('next'))}</button>` : nothing}
      </div>
      ${countdown === null ? nothing : html`<p class="note" data-color="ResultPage.countdownTextColor">${going || words.text('countdown', { seconds: countdown })}</p>`}
    </section>`;
}
