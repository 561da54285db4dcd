// Templates of the pages.

import { html, nothing, type TemplateResult } from 'lit';
import type { ResultCode } from '../api/openapi.js';
import type { InstructionCode } from '../engine/types.js';
import type { MessageKey } from '../i18n/i18n.js';
import { type AccessibilityOption, isAvailable, isEnabled, setEnabled } from './accessibility.js';
import type { Action, CameraChoice, Notice, NoticeTheme, PageContext, ResultDetails } from './view.js';

/** The fields of the camera page that replace an instruction's text. */
const INSTRUCTION_FIELDS: Partial<Record<InstructionCode, string>> = {
  not_centered: 'faceNotCenterTip',
  not_frontal: 'faceNotFrontalTip',
  too_far: 'faceTooFarTip',
  too_near: 'faceTooNearTip',
  keep_still: 'keepStillTip',
  move_left: 'moveLeftTip',
  move_right: 'moveRightTip',
  // Named after the position of the face: a face that is too high has to move down.
  move_down: 'moveTopTip',
  move_up: 'moveBottomTip',
  multiple_faces: 'multipleFacesTip',
  no_face: 'faceMissingTip',
  occluded: 'faceOcclusionTip',
};

/** An instruction as the configuration words and colours it, and its spoken form. */
export function instructionText(
  { i18n, ui }: PageContext,
  code: InstructionCode,
): { text: string; color: string | null; spoken: string } {
  const field = INSTRUCTION_FIELDS[code];
  const own = field ? ui.text('CameraPage', `${field}Text`, '') : '';
  const color = (field ? ui.color('CameraPage', `${field}TextColor`) : null) ?? ui.color('CameraPage', 'tipsTextColor');
  return { text: own || i18n.format(code), color, spoken: own || i18n.format(`say_${code}`) };
}

/** The reason for a failure, by the result's code. */
const REASONS: Partial<Record<ResultCode, MessageKey>> = {
  NO_FACE_DETECTED: 'failed_no_face',
  TOO_MANY_FACES_DETECTED: 'failed_many_faces',
  FACE_OCCLUDED: 'failed_occluded',
  FACE_QUALITY_TOO_POOR: 'failed_quality',
};

export function loadingPage({ i18n, ui }: PageContext, share: number | null): TemplateResult {
  const text = ui.text('LoadingPage', 'loadingText', i18n.format('loading'));
  return html`
    <section class="page center">
      <h1 tabindex="-1" class="small" data-color="LoadingPage.loadingTextColor">${text}</h1>
      <progress aria-label=${text} max="1" .value=${share ?? 0} data-accent="LoadingPage.progressColor"></progress>
    </section>`;
}

const TIPS = ['tip_light', 'tip_uncover', 'tip_hold', 'tip_alone'] as const;

/** A checkbox for an accessibility option, if the device supports it. */
function accessibilityCheckbox(
  { i18n }: PageContext,
  option: AccessibilityOption,
  label: MessageKey,
): TemplateResult | typeof nothing {
  if (!isAvailable(option, i18n.language)) return nothing;
  const change = ({ currentTarget }: Event) => setEnabled(option, (currentTarget as HTMLInputElement).checked);
  return html`<label class="check"><input type="checkbox" .checked=${isEnabled(option)} @change=${change}> ${i18n.format(label)}</label>`;
}

interface TipsPageProps {
  hasVideo: boolean;
  hasLight: boolean;
  start: () => void;
}

export function tipsPage(context: PageContext, { hasVideo, hasLight, start }: TipsPageProps): TemplateResult {
  const { i18n, ui } = context;
  const tips = ui.tips('TipsPage') ?? TIPS.map((tip) => ({ text: i18n.format(tip), icon: null }));
  const own = [...(hasVideo ? ['tip_video' as const] : []), ...(hasLight ? ['tip_colors' as const] : [])];
  const all = [...tips, ...own.map((tip) => ({ text: i18n.format(tip), icon: null }))];
  const boxes = [
    accessibilityCheckbox(context, 'speak', 'help_speak'),
    accessibilityCheckbox(context, 'vibrate', 'help_vibrate'),
  ];
  // The configuration's icon for the PC's photo button, which the camera page does not need.
  const photo = ui.link('CameraPage', 'takePhotoIconLink');
  const item = ({ text, icon }: { text: string; icon: string | null }) =>
    html`<li class=${icon ? 'pictured' : ''}>${icon ? html`<img class="tip" alt="" src=${icon}>` : nothing}${text}</li>`;
  return html`
    <section class="page" part="tips" data-fill="TipsPage">
      <h1 tabindex="-1">${ui.text('TipsPage', 'title', i18n.format('tips_title'))}</h1>
      <p>${ui.text('TipsPage', 'titleDesc', i18n.format('tips_lead'))}</p>
      <ul>${all.map(item)}</ul>
      ${hasLight ? accessibilityCheckbox(context, 'calm', 'help_calm') : nothing}
      <slot name="tips"></slot>
      <button part="button start" data-fill="TipsPage.button" @click=${start}>
        ${photo ? html`<img class="tip" alt="" src=${photo}>` : nothing}${ui.text('TipsPage', 'buttonText', i18n.format('start'))}
      </button>
      ${boxes.some((box) => box !== nothing) ? html`<details><summary>${i18n.format('help')}</summary>${boxes}</details>` : nothing}
    </section>`;
}

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

/** The list of cameras. */
function cameraList(i18n: PageContext['i18n'], { choices, chosen, choose }: CameraListProps) {
  const change = ({ currentTarget }: Event) => choose((currentTarget as HTMLSelectElement).value);
  const option = ({ id, label }: CameraChoice) =>
    html`<option value=${id} ?selected=${id === chosen}>${label}</option>`;
  // Without a placeholder, choosing the first camera would be no change.
  const none =
    chosen === null ? html`<option value="" selected disabled>${i18n.format('camera_choose')}</option>` : nothing;
  return html`<select aria-label=${i18n.format('camera_choose')} @change=${change}>${none}${choices.map(option)}</select>`;
}

interface CameraListProps {
  choices: CameraChoice[];
  /** The id of the camera in use; null if there is none. */
  chosen: string | null;
  choose: (id: string) => void;
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

interface ProgressPageProps {
  title: string;
  /** The configuration field of the title's colour. */
  color: string;
  note: string;
  /** Null if the duration is unknown. */
  share: number | null;
  actions: Action[];
}

/** Loading, uploading and waiting for the result. */
export function progressPage(
  { i18n }: PageContext,
  { title, color, note, share, actions }: ProgressPageProps,
): TemplateResult {
  return html`
    <section class="page center">
      <h1 tabindex="-1" class="small" data-color=${color}>${title}</h1>
      ${share === null ? html`<progress aria-label=${title}></progress>` : html`<progress aria-label=${title} max="1" .value=${share}></progress>`}
      <p class="note lines">${note}</p>
      ${actions.length === 0 ? nothing : html`<div class="buttons">${actions.map(({ label, act }) => html`<button class="quiet" part="button" @click=${act}>${i18n.format(label)}</button>`)}</div>`}
    </section>`;
}

const NO_THEME: NoticeTheme = { page: '' };

export function noticePage({ i18n, ui }: PageContext, notice: Notice): TemplateResult {
  const theme = notice.theme ?? NO_THEME;
  const link = theme.icon ? ui.link(theme.page, theme.icon) : null;
  const configured = (field: string | undefined, fallback: string) =>
    field ? ui.text(theme.page, field, fallback) : fallback;
  const [first, ...others] = notice.actions ?? [];
  return html`
    <section class="page" part="notice" data-fill=${theme.page}>
      ${link ? html`<img class="icon" alt="" src=${link}>` : nothing}
      <h1 tabindex="-1" data-color="${theme.page}.${theme.title ?? ''}Color">${configured(theme.title, i18n.format(notice.title))}</h1>
      <p class="lines" data-color="${theme.page}.${theme.text ?? ''}Color">${configured(theme.text, i18n.format(notice.text))}</p>
      ${(notice.lines ?? []).map((line) => html`<p class="reason">${line}</p>`)}
      ${notice.cameras ? cameraList(i18n, { ...notice.cameras, chosen: null }) : nothing}
      <div class="actions">
        ${first ? html`<button part="button" data-fill="${theme.page}.${theme.button ?? ' '}" data-color="${theme.page}.${theme.button ?? ''}TextColor" @click=${first.act}>${configured(theme.button && `${theme.button}Text`, i18n.format(first.label))}</button>` : nothing}
        ${others.map(({ label, act }) => html`<button class="quiet" part="button" @click=${act}>${i18n.format(label)}</button>`)}
      </div>
      ${notice.code ? html`<p class="note">${i18n.format('error_code', { code: notice.code })}</p>` : nothing}
    </section>`;
}

function icon(ui: PageContext['ui'], passed: boolean): TemplateResult {
  const link = ui.link('ResultPage', passed ? 'successIconLink' : 'failedIconLink');
  if (link) return html`<img class="icon" alt="" src=${link}>`;
  const path = passed ? 'M7 13.5l3.2 3.2L17.5 9' : 'M8 8l8 8M16 8l-8 8';
  return html`
    <svg class="icon ${passed ? 'good' : 'bad'}" viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="12" cy="12" r="11"></circle><path d=${path}></path>
    </svg>`;
}

export function resultPage({ i18n, ui }: PageContext, result: ResultDetails): TemplateResult {
  const { passed, score, triesLeft, countdown, stay, face, again, next } = result;
  const title = passed
    ? ui.text('ResultPage', 'successDesc', i18n.format('success_title'))
    : ui.text('ResultPage', 'failedDesc', i18n.format('failed_title'));
  const reason = i18n.format(passed ? 'success_text' : ((result.code && REASONS[result.code]) ?? 'failed_other'));
  const countdownText = ui
    .text('ResultPage', 'countdownText', '')
    .replaceAll('{second}', new Intl.NumberFormat(i18n.language).format(countdown ?? 0));
  return html`
    <section class="page center" part="result" data-fill="ResultPage">
      ${face ? html`<img class="face ${face.isMirrored ? 'mirrored' : ''}" alt="" src=${face.url}>` : icon(ui, passed)}
      <h1 tabindex="-1" data-color="ResultPage.livenessResultTextColor">${title}</h1>
      <p>${reason}</p>
      ${passed ? nothing : html`<p class="note">${i18n.format('tries_left', { tries: triesLeft })}</p>`}
      ${ui.flag('ResultPage', 'showScore', false) && score !== null ? html`<p class="note">${i18n.format('score', { score })}</p>` : nothing}
      <div class="buttons">
        ${again ? html`<button part="button again" data-fill="ResultPage.tryAgainButton" data-color="ResultPage.tryAgainButtonTextColor" @click=${again}>${ui.text('ResultPage', 'tryAgainButtonText', i18n.format('try_again'))}</button>` : nothing}
        ${next ? html`<button part="button next" data-fill="ResultPage.nextStepButton" data-color="ResultPage.nextStepButtonTextColor" class=${again ? 'quiet' : ''} @click=${next}>${ui.text('ResultPage', 'nextStepButtonText', i18n.format('next'))}</button>` : nothing}
      </div>
      <slot name="result"></slot>
      ${countdown === null ? nothing : html`<p class="note" data-color="ResultPage.countdownTextColor">${countdownText || i18n.format('countdown', { seconds: countdown })}</p>`}
      ${stay ? html`<button class="quiet" part="button stay" @click=${stay}>${i18n.format('countdown_stop')}</button>` : nothing}
    </section>`;
}
