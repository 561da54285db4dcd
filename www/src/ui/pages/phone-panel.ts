// The panel of a computer's start page that leads to the phone.

import { html, type TemplateResult } from 'lit';
import type { HandoffLink, PageContext } from '../view.js';
import { progressRing } from './drawings.js';
import { linkSection } from './handoff.js';

/** `link`: null until it is created. `isMain`: the panel is the page's main content. */
export function phonePanel(
  context: PageContext,
  link: Omit<HandoffLink, 'denied'> | null,
  isMain: boolean,
): TemplateResult {
  const { i18n } = context;
  const title = i18n.format('phone_title');
  const content = () => {
    if (!link) return progressRing(i18n.format('loading'), null);
    if (link.stage === 'link') return linkSection(context, link, 'quiet');
    return html`
      <p role="status">${i18n.format('handoff_ended')}</p>
      <button part="button fresh" @click=${link.createLink}>${i18n.format('handoff_new')}</button>`;
  };
  return html`
    <div class="phone center" part="phone" role="group" aria-label=${title}>
      ${isMain ? html`<h1 tabindex="-1">${title}</h1>` : html`<h2>${title}</h2>`}
      <p>${i18n.format('phone_text')}</p>
      ${content()}
    </div>`;
}
