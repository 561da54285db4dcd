// What each page of the journey looks like. They show what they are given and tell what was tapped.

import { html, nothing, type TemplateResult } from 'lit';
import type { ResultCode } from '../api/openapi.js';
import type { InstructionCode } from '../engine/types.js';
import type { Key } from '../i18n/i18n.js';
import { type Help, isWished, offers, wish } from './accessibility.js';
import type { Action, CameraChoice, Notice, Outcome, Setting, Skin } from './screen.js';

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

/** An instruction in the words and the colour of the configuration, and as it is said to those who do not look. */
export function instruction(
  { words, look }: Setting,
  code: InstructionCode,
): { text: string; color: string | null; said: string } {
  const field = INSTRUCTION_FIELDS[code];
  const own = field ? look.text('CameraPage', `${field}Text`, '') : '';
  const color =
    (field ? look.color('CameraPage', `${field}TextColor`) : null) ?? look.color('CameraPage', 'tipsTextColor');
  return { text: own || words.text(code), color, said: own || words.text(`say_${code}`) };
}

/** What went wrong with the pictures, by the result's code. */
const REASONS: Partial<Record<ResultCode, Key>> = {
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

/** A wish for instructions that need no eyes, where this device can fulfil it. */
function helpBox({ words }: Setting, help: Help, label: Key): TemplateResult | typeof nothing {
  if (!offers(help, words.language)) return nothing;
  const change = ({ currentTarget }: Event) => wish(help, (currentTarget as HTMLInputElement).checked);
  return html`<label class="check"><input type="checkbox" .checked=${isWished(help)} @change=${change}> ${words.text(label)}</label>`;
}

interface TipsParts {
  records: boolean;
  lights: boolean;
  start: () => void;
}

export function tipsPage(setting: Setting, { records, lights, start }: TipsParts): TemplateResult {
  const { words, look } = setting;
  const tips = look.tips('TipsPage') ?? TIPS.map((tip) => ({ text: words.text(tip), icon: null }));
  const own = [...(records ? ['tip_video' as const] : []), ...(lights ? ['tip_colors' as const] : [])];
  const all = [...tips, ...own.map((tip) => ({ text: words.text(tip), icon: null }))];
  const boxes = [helpBox(setting, 'speak', 'help_speak'), helpBox(setting, 'vibrate', 'help_vibrate')];
  // The PC's button that takes the photo: here the camera page needs none.
  const photo = look.link('CameraPage', 'takePhotoIconLink');
  const item = ({ text, icon }: { text: string; icon: string | null }) =>
    html`<li class=${icon ? 'pictured' : ''}>${icon ? html`<img class="tip" alt="" src=${icon}>` : nothing}${text}</li>`;
  return html`
    <section class="page" part="tips" data-fill="TipsPage">
      <h1 tabindex="-1">${look.text('TipsPage', 'title', words.text('tips_title'))}</h1>
      <p>${look.text('TipsPage', 'titleDesc', words.text('tips_lead'))}</p>
      <ul>${all.map(item)}</ul>
      ${lights ? helpBox(setting, 'calm', 'help_calm') : nothing}
      <slot name="tips"></slot>
      <button part="button start" data-fill="TipsPage.button" @click=${start}>
        ${photo ? html`<img class="tip" alt="" src=${photo}>` : nothing}${look.text('TipsPage', 'buttonText', words.text('start'))}
      </button>
      ${boxes.some((box) => box !== nothing) ? html`<details><summary>${words.text('help')}</summary>${boxes}</details>` : nothing}
    </section>`;
}

/** What the camera page is given. */
interface CameraParts {
  hint: string;
  cameras: CameraChoice[];
  chosen: string;
  choose: (id: string) => void;
  cancel: () => void;
  skip: (() => void) | null;
  tap: (() => void) | null;
  isMirrored: boolean;
}

/** The cameras to choose from, where there is a choice. */
function cameraList(words: Setting['words'], { choices, chosen, choose }: CameraListParts) {
  const change = ({ currentTarget }: Event) => choose((currentTarget as HTMLSelectElement).value);
  const option = ({ id, label }: CameraChoice) =>
    html`<option value=${id} ?selected=${id === chosen}>${label}</option>`;
  // Nothing is chosen yet: whichever is, is a change.
  const none =
    chosen === null ? html`<option value="" selected disabled>${words.text('camera_choose')}</option>` : nothing;
  return html`<select aria-label=${words.text('camera_choose')} @change=${change}>${none}${choices.map(option)}</select>`;
}

interface CameraListParts {
  choices: CameraChoice[];
  /** The id of the one in use; null: none is. */
  chosen: string | null;
  choose: (id: string) => void;
}

/** What hangs over the camera's picture. */
export function cameraPage({ words, look }: Setting, video: HTMLVideoElement, parts: CameraParts): TemplateResult {
  video.muted = true;
  video.setAttribute('playsinline', '');
  // Not ariaLabel: Firefox has it from 119 on.
  video.setAttribute('aria-label', words.text('camera'));
  const title = look.text('CameraPage', 'title', '');
  const about = look.text('CameraPage', 'titleDesc', '');
  const { cameras: choices, chosen, choose } = parts;
  return html`
    <section class="camera ${parts.skip ? 'lit' : ''}" part="camera" data-fill="CameraPage">
      <header class=${title ? '' : 'visually-hidden'}>
        <h1 tabindex="-1">${title || words.text('title')}</h1>
        ${about ? html`<p>${about}</p>` : nothing}
      </header>
      <div class="stage ${parts.isMirrored ? 'mirrored' : ''}">
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
        <p class="hint">${parts.hint}</p>
        ${parts.tap ? html`<div class="tap"><p>${words.text('play_text')}</p><button part="button tap" @click=${parts.tap}>${words.text('play_tap')}</button></div>` : nothing}
        <div class="controls">
          ${parts.skip ? html`<button part="button skip" @click=${parts.skip}>${words.text('light_skip')}</button>` : nothing}
          ${choices.length > 1 && !parts.skip ? cameraList(words, { choices, chosen, choose }) : nothing}
          <button class="quiet" part="button cancel" @click=${parts.cancel}>${words.text('cancel')}</button>
        </div>
      </div>
    </section>`;
}

/** What the page of sending and checking is given. */
interface ProgressParts {
  title: string;
  /** A field, as paint reads it. */
  color: string;
  note: string;
  /** Null while nobody knows how long it takes. */
  share: number | null;
  actions: Action[];
}

/** Sending and checking. */
export function progressPage(
  { words }: Setting,
  { title, color, note, share, actions }: ProgressParts,
): TemplateResult {
  return html`
    <section class="page center">
      <h1 tabindex="-1" class="small" data-color=${color}>${title}</h1>
      ${share === null ? html`<progress aria-label=${title}></progress>` : html`<progress aria-label=${title} max="1" .value=${share}></progress>`}
      <p class="note lines">${note}</p>
      ${actions.length === 0 ? nothing : html`<div class="buttons">${actions.map(({ label, act }) => html`<button class="quiet" part="button" @click=${act}>${words.text(label)}</button>`)}</div>`}
    </section>`;
}

const PLAIN: Skin = { page: '' };

export function noticePage({ words, look }: Setting, notice: Notice): TemplateResult {
  const skin = notice.skin ?? PLAIN;
  const link = skin.icon ? look.link(skin.page, skin.icon) : null;
  const worded = (field: string | undefined, otherwise: string) =>
    field ? look.text(skin.page, field, otherwise) : otherwise;
  const [first, ...others] = notice.actions ?? [];
  return html`
    <section class="page" part="notice" data-fill=${skin.page}>
      ${link ? html`<img class="icon" alt="" src=${link}>` : nothing}
      <h1 tabindex="-1" data-color="${skin.page}.${skin.title ?? ''}Color">${worded(skin.title, words.text(notice.title))}</h1>
      <p class="lines" data-color="${skin.page}.${skin.text ?? ''}Color">${worded(skin.text, words.text(notice.text))}</p>
      ${(notice.lines ?? []).map((line) => html`<p class="reason">${line}</p>`)}
      ${notice.cameras ? cameraList(words, { ...notice.cameras, chosen: null }) : nothing}
      <div class="actions">
        ${first ? html`<button part="button" data-fill="${skin.page}.${skin.button ?? ' '}" data-color="${skin.page}.${skin.button ?? ''}TextColor" @click=${first.act}>${worded(skin.button && `${skin.button}Text`, words.text(first.label))}</button>` : nothing}
        ${others.map(({ label, act }) => html`<button class="quiet" part="button" @click=${act}>${words.text(label)}</button>`)}
      </div>
      ${notice.code ? html`<p class="note">${words.text('error_code', { code: notice.code })}</p>` : nothing}
    </section>`;
}

function icon(look: Setting['look'], passed: boolean): TemplateResult {
  const link = look.link('ResultPage', passed ? 'successIconLink' : 'failedIconLink');
  if (link) return html`<img class="icon" alt="" src=${link}>`;
  const path = passed ? 'M7 13.5l3.2 3.2L17.5 9' : 'M8 8l8 8M16 8l-8 8';
  return html`
    <svg class="icon ${passed ? 'good' : 'bad'}" viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="12" cy="12" r="11"></circle><path d=${path}></path>
    </svg>`;
}

export function resultPage({ words, look }: Setting, outcome: Outcome): TemplateResult {
  const { passed, score, triesLeft, countdown, stay, face, again, next } = outcome;
  const title = passed
    ? look.text('ResultPage', 'successDesc', words.text('success_title'))
    : look.text('ResultPage', 'failedDesc', words.text('failed_title'));
  const reason = words.text(passed ? 'success_text' : ((outcome.code && REASONS[outcome.code]) ?? 'failed_other'));
  const going = look
    .text('ResultPage', 'countdownText', '')
    .replaceAll('{second}', new Intl.NumberFormat(words.language).format(countdown ?? 0));
  return html`
    <section class="page center" part="result" data-fill="ResultPage">
      ${face ? html`<img class="face ${face.isMirrored ? 'mirrored' : ''}" alt="" src=${face.url}>` : icon(look, passed)}
      <h1 tabindex="-1" data-color="ResultPage.livenessResultTextColor">${title}</h1>
      <p>${reason}</p>
      ${passed ? nothing : html`<p class="note">${words.text('tries_left', { tries: triesLeft })}</p>`}
      ${look.flag('ResultPage', 'showScore', false) && score !== null ? html`<p class="note">${words.text('score', { score })}</p>` : nothing}
      <div class="buttons">
        ${again ? html`<button part="button again" data-fill="ResultPage.tryAgainButton" data-color="ResultPage.tryAgainButtonTextColor" @click=${again}>${look.text('ResultPage', 'tryAgainButtonText', words.text('try_again'))}</button>` : nothing}
        ${next ? html`<button part="button next" data-fill="ResultPage.nextStepButton" data-color="ResultPage.nextStepButtonTextColor" class=${again ? 'quiet' : ''} @click=${next}>${look.text('ResultPage', 'nextStepButtonText', words.text('next'))}</button>` : nothing}
      </div>
      <slot name="result"></slot>
      ${countdown === null ? nothing : html`<p class="note" data-color="ResultPage.countdownTextColor">${going || words.text('countdown', { seconds: countdown })}</p>`}
      ${stay ? html`<button class="quiet" part="button stay" @click=${stay}>${words.text('countdown_stop')}</button>` : nothing}
    </section>`;
}
