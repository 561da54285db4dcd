// The start page: tips and the button that starts the camera.

import { html, nothing, type TemplateResult } from 'lit';
import type { MessageKey } from '../../i18n/i18n.js';
import { type AccessibilityOption, isAvailable, isEnabled, setEnabled } from '../accessibility.js';
import type { PageContext, StartPage } from '../view.js';

const TIPS = ['tip_light', 'tip_uncover', 'tip_hold'] as const;

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

export function tipsPage(context: PageContext, page: StartPage): TemplateResult {
  const { i18n, ui } = context;
  const { hasVideo, hasLight, hasPath, isSandbox, start, aside, asideFirst } = page;
  const tips = ui.tips('TipsPage') ?? TIPS.map((tip) => ({ text: i18n.format(tip), icon: null }));
  const own = [
    ...(hasPath ? ['tip_path' as const] : []),
    ...(hasVideo ? ['tip_video' as const] : []),
    ...(hasLight ? ['tip_colors' as const] : []),
  ];
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
      ${isSandbox ? html`<p class="note">${i18n.format('sandbox_note')}</p>` : nothing}
      ${asideFirst ? aside : nothing}
      <h1 tabindex="-1">${ui.text('TipsPage', 'title', i18n.format('tips_title'))}</h1>
      <p>${ui.text('TipsPage', 'titleDesc', i18n.format('tips_lead'))}</p>
      <ul>${all.map(item)}</ul>
      ${hasLight ? accessibilityCheckbox(context, 'calm', 'help_calm') : nothing}
      <slot name="tips"></slot>
      ${asideFirst ? nothing : aside}
      <button part="button start" data-fill="TipsPage.button" @click=${start}>
        ${photo ? html`<img class="tip" alt="" src=${photo}>` : nothing}${ui.text('TipsPage', 'buttonText', i18n.format('start'))}
      </button>
      ${boxes.some((box) => box !== nothing) ? html`<details><summary>${i18n.format('help')}</summary>${boxes}</details>` : nothing}
    </section>`;
}
