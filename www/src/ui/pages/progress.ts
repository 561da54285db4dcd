// Loading, uploading and waiting for the result.

import { html, nothing, type TemplateResult } from 'lit';
import type { Action, PageContext } from '../view.js';

export function loadingPage({ i18n, ui }: PageContext, share: number | null): TemplateResult {
  const text = ui.text('LoadingPage', 'loadingText', i18n.format('loading'));
  return html`
    <section class="page center">
      <h1 tabindex="-1" class="small" data-color="LoadingPage.loadingTextColor">${text}</h1>
      <progress aria-label=${text} max="1" .value=${share ?? 0} data-accent="LoadingPage.progressColor"></progress>
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
