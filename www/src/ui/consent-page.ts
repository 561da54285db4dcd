// What the page of consent looks like.

import { html, type TemplateResult } from 'lit';
import { paragraphs } from './paragraphs.js';
import type { ConsentParts, Setting } from './screen.js';

/** Neither answer is more inviting than the other: consent is free. */
export function consentPage({ words }: Setting, { text, person, answer }: ConsentParts): TemplateResult {
  return html`
    <section class="page" part="consent">
      <h1 tabindex="-1">${words.text('consent_title')}</h1>
      ${paragraphs(text).map((part) => html`<p class="lines" dir="auto">${part}</p>`)}
      <p class="note">${words.text('consent_code', { code: person })}</p>
      <div class="actions">
        <button class="quiet" part="button agree" @click=${() => answer(true)}>${words.text('consent_agree')}</button>
        <button class="quiet" part="button decline" @click=${() => answer(false)}>${words.text('consent_decline')}</button>
      </div>
    </section>`;
}
