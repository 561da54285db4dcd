// The page that takes a photo with the system camera.

import { html, nothing, type TemplateResult } from 'lit';
import type { MessageKey } from '../../i18n/i18n.js';
import type { PageContext } from '../view.js';
import { brand } from './brand.js';
import { photoDrawing } from './drawings.js';

const PHOTOS = {
  far: { title: 'system_far_title', text: 'system_far_text' },
  near: { title: 'system_near_title', text: 'system_near_text' },
} as const satisfies Record<string, Record<string, MessageKey>>;

export function photoPage(
  context: PageContext,
  {
    stage,
    refused,
    take,
    back,
  }: { stage: 'far' | 'near'; refused: boolean; take: (file: File) => void; back: () => void },
): TemplateResult {
  const { i18n } = context;
  const change = ({ currentTarget }: Event) => {
    const field = currentTarget as HTMLInputElement;
    const file = field.files?.[0];
    // Lets the person choose the same file again.
    field.value = '';
    if (file) take(file);
  };
  return html`
    <section class="page" part="photo">
      ${brand(context)}
      <div class="body center">
      ${photoDrawing(stage)}
      <h1 tabindex="-1">${i18n.format(PHOTOS[stage].title)}</h1>
      <p>${i18n.format(PHOTOS[stage].text)}</p>
      ${refused ? html`<p role="alert">${i18n.format('system_bad')}</p>` : nothing}
      </div>
      <div class="buttons">
        <label class="button">
          <input class="visually-hidden" type="file" accept="image/*" capture="user" @change=${change}>
          ${i18n.format('system_take')}
        </label>
        <button class="quiet" part="button back" @click=${back}>${i18n.format('cancel')}</button>
      </div>
    </section>`;
}
