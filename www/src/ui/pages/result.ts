// The result page.

import { html, nothing, type TemplateResult } from 'lit';
import type { ResultCode } from '../../api/openapi.js';
import type { MessageKey } from '../../i18n/i18n.js';
import type { PageContext, ResultDetails } from '../view.js';
import { brand } from './brand.js';
import { mark } from './icons.js';

/** The reason for a failure, by the result's code. */
const REASONS: Partial<Record<ResultCode, MessageKey>> = {
  NO_FACE_DETECTED: 'failed_no_face',
  TOO_MANY_FACES_DETECTED: 'failed_many_faces',
  FACE_OCCLUDED: 'failed_occluded',
  FACE_QUALITY_TOO_POOR: 'failed_quality',
};

/** The person's picture if the configuration shows it, otherwise the configured icon or a drawn one. */
function picture({ ui }: PageContext, { passed, face }: ResultDetails): TemplateResult {
  if (face) return html`<img class="face ${face.isMirrored ? 'mirrored' : ''}" alt="" src=${face.url}>`;
  const link = ui.link('ResultPage', passed ? 'successIconLink' : 'failedIconLink');
  return link ? html`<img class="icon" alt="" src=${link}>` : mark(passed);
}

export function resultPage(context: PageContext, result: ResultDetails): TemplateResult {
  const { i18n, ui } = context;
  const { passed, score, triesLeft, countdown, stay, handOff, isSandbox, again, next } = result;
  const title = passed
    ? ui.text('ResultPage', 'successDesc', i18n.format('success_title'))
    : ui.text('ResultPage', 'failedDesc', i18n.format('failed_title'));
  const reason = i18n.format(passed ? 'success_text' : ((result.code && REASONS[result.code]) ?? 'failed_other'));
  const countdownText = ui
    .text('ResultPage', 'countdownText', '')
    .replaceAll('{second}', new Intl.NumberFormat(i18n.language).format(countdown ?? 0));
  return html`
    <section class="page" part="result" data-fill="ResultPage">
      ${brand(context)}
      <div class="body center">
        ${isSandbox ? html`<p class="badge">${i18n.format('sandbox_note')}</p>` : nothing}
        ${picture(context, result)}
        <h1 tabindex="-1" data-color="ResultPage.livenessResultTextColor">${title}</h1>
        <p>${reason}</p>
        ${passed ? nothing : html`<p class="note">${i18n.format('tries_left', { tries: triesLeft })}</p>`}
        ${ui.flag('ResultPage', 'showScore', false) && score !== null ? html`<p class="note">${i18n.format('score', { score })}</p>` : nothing}
        <slot name="result"></slot>
      </div>
      <div class="buttons">
        ${again ? html`<button part="button again" data-fill="ResultPage.tryAgainButton" data-color="ResultPage.tryAgainButtonTextColor" @click=${again}>${ui.text('ResultPage', 'tryAgainButtonText', i18n.format('try_again'))}</button>` : nothing}
        ${next ? html`<button part="button next" data-fill="ResultPage.nextStepButton" data-color="ResultPage.nextStepButtonTextColor" class=${again ? 'quiet' : ''} @click=${next}>${ui.text('ResultPage', 'nextStepButtonText', i18n.format('next'))}</button>` : nothing}
        ${handOff ? html`<div class="links"><button class="text" part="button" @click=${handOff}>${i18n.format('handoff_offer')}</button></div>` : nothing}
        ${countdown === null ? nothing : html`<p class="note" data-color="ResultPage.countdownTextColor">${countdownText || i18n.format('countdown', { seconds: countdown })}</p>`}
        ${stay ? html`<div class="links"><button class="text" part="button stay" @click=${stay}>${i18n.format('countdown_stop')}</button></div>` : nothing}
      </div>
    </section>`;
}
