// The result page.

import { html, nothing, type TemplateResult } from 'lit';
import type { ResultCode } from '../../api/openapi.js';
import type { MessageKey } from '../../i18n/i18n.js';
import type { PageContext, ResultDetails } from '../view.js';

/** The reason for a failure, by the result's code. */
const REASONS: Partial<Record<ResultCode, MessageKey>> = {
  NO_FACE_DETECTED: 'failed_no_face',
  TOO_MANY_FACES_DETECTED: 'failed_many_faces',
  FACE_OCCLUDED: 'failed_occluded',
  FACE_QUALITY_TOO_POOR: 'failed_quality',
};

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
