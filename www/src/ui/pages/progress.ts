// Loading, uploading and waiting for the result.

import { html, type TemplateResult } from 'lit';
import type { Action, PageContext } from '../view.js';
import { brand } from './brand.js';
import { progressRing } from './drawings.js';

export function loadingPage(context: PageContext, share: number | null): TemplateResult {
  const { i18n, ui } = context;
  const text = ui.text('LoadingPage', 'loadingText', i18n.format('loading'));
  return html`
    <section class="page">
      ${brand(context)}
      <div class="body center">
        ${progressRing(text, share ?? 0, 'LoadingPage.progressColor')}
        <h1 tabindex="-1" class="small" data-color="LoadingPage.loadingTextColor">${text}</h1>
      </div>
      <div class="buttons"></div>
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
  context: PageContext,
  { title, color, note, share, actions }: ProgressPageProps,
): TemplateResult {
  const button = ({ label, act }: Action, index: number) =>
    html`<button class=${index === 0 ? '' : 'quiet'} part="button" @click=${act}>${context.i18n.format(label)}</button>`;
  return html`
    <section class="page">
      ${brand(context)}
      <div class="body center">
        ${progressRing(title, share)}
        <h1 tabindex="-1" class="small" data-color=${color}>${title}</h1>
        <p class="note lines">${note}</p>
      </div>
      <div class="buttons">${actions.map(button)}</div>
    </section>`;
}
