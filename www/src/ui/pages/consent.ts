// The consent page of a study.

import { html, type TemplateResult } from 'lit';
import type { ConsentPrompt, PageContext } from '../view.js';
import { brand } from './brand.js';
import { icon } from './icons.js';
import { paragraphs } from './paragraphs.js';

/** Both answers look alike: consent must be freely given. */
export function consentPage(context: PageContext, { text, person, answer }: ConsentPrompt): TemplateResult {
  const { i18n } = context;
  return html`
    <section class="page" part="consent">
      ${brand(context)}
      <div class="body">
      ${icon('document')}
      <h1 tabindex="-1">${i18n.format('consent_title')}</h1>
      ${paragraphs(text).map((part) => html`<p class="lines" dir="auto">${part}</p>`)}
      <p class="note">${i18n.format('consent_code', { code: person })}</p>
      </div>
      <div class="buttons">
        <button class="quiet" part="button agree" @click=${() => answer(true)}>${i18n.format('consent_agree')}</button>
        <button class="quiet" part="button decline" @click=${() => answer(false)}>${i18n.format('consent_decline')}</button>
      </div>
    </section>`;
}
