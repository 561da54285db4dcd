// The start page: what will happen, tips, and the button that starts the camera.

import { html, nothing, type TemplateResult } from 'lit';
import type { MessageKey } from '../../i18n/i18n.js';
import { type AccessibilityOption, isAvailable, isEnabled, setEnabled } from '../accessibility.js';
import type { PageContext, StartPage } from '../view.js';
import { brand } from './brand.js';
import { journeyAnimation } from './drawings.js';
import { type IconName, icon } from './icons.js';

/** The built-in tips and their icons. */
const TIPS: [MessageKey, IconName][] = [
  ['tip_light', 'light'],
  ['tip_uncover', 'uncover'],
  ['tip_hold', 'hold'],
];

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

/** The tips: the configured or the built-in ones, then those about this session. */
function tipList({ i18n, ui }: PageContext, { hasPath, hasVideo, hasLight }: StartPage): TemplateResult {
  const drawn = ([key, name]: [MessageKey, IconName]) => html`<li>${icon(name)}<span>${i18n.format(key)}</span></li>`;
  const configured = ui
    .tips('TipsPage')
    ?.map(
      ({ text, icon: link }) => html`<li>${link ? html`<img alt="" src=${link}>` : nothing}<span>${text}</span></li>`,
    );
  return html`
    <ul class="tips">
      ${configured ?? TIPS.map(drawn)}
      ${hasPath ? drawn(['tip_path', 'path']) : nothing}
      ${hasVideo ? drawn(['tip_video', 'video']) : nothing}
      ${hasLight ? drawn(['tip_colors', 'colors']) : nothing}
    </ul>`;
}

/** Why the pictures are taken, with the integrator's link. */
function purpose({ i18n, ui }: PageContext, hasVideo: boolean): TemplateResult {
  const href = ui.privacyLink();
  const link = () => html`
    <a part="privacy" href=${href} target="_blank" rel="noopener">${i18n.format('privacy_link')}<span class="visually-hidden"> (${i18n.format('privacy_new_tab')})</span></a>`;
  return html`<p class="note">${i18n.format(hasVideo ? 'why_video_text' : 'why_text')}${href ? link() : nothing}</p>`;
}

export function tipsPage(context: PageContext, page: StartPage): TemplateResult {
  const { i18n, ui } = context;
  const { hasVideo, hasLight, isSandbox, offersMoreTime, start, handOff, aside, asideFirst } = page;
  const boxes = [
    accessibilityCheckbox(context, 'speak', 'help_speak'),
    accessibilityCheckbox(context, 'vibrate', 'help_vibrate'),
    offersMoreTime ? accessibilityCheckbox(context, 'moreTime', 'help_more_time') : nothing,
  ].filter((box) => box !== nothing);
  // The configuration's icon for the PC's photo button, which the camera page does not need.
  const photo = ui.link('CameraPage', 'takePhotoIconLink');
  const sandbox = isSandbox ? html`<p class="badge">${i18n.format('sandbox_note')}</p>` : nothing;
  if (aside && asideFirst)
    return html`
      <section class="page" part="tips" data-fill="TipsPage">
        ${brand(context)}
        <div class="body center">${sandbox} ${aside}</div>
        <div class="buttons"><button class="quiet" part="button here" @click=${start}>${i18n.format('phone_here')}</button></div>
      </section>`;
  const animation = journeyAnimation(i18n.format('pause'));
  return html`
    <section class="page" part="tips" data-fill="TipsPage">
      ${brand(context)}
      <div class="start">
        ${aside ? nothing : animation}
        <div class="main">
          ${sandbox}
          ${aside ? animation : nothing}
          <h1 tabindex="-1">${ui.text('TipsPage', 'title', i18n.format('tips_title'))}</h1>
          <p class="lead">${ui.text('TipsPage', 'titleDesc', i18n.format('tips_lead'))}</p>
          ${tipList(context, page)}
          <slot name="tips"></slot>
          ${purpose(context, hasVideo)}
          ${hasLight ? accessibilityCheckbox(context, 'calm', 'help_calm') : nothing}
          ${boxes.length > 0 ? html`<details><summary>${i18n.format('help')}</summary>${boxes}</details>` : nothing}
          <div class="buttons sticky">
            <button part="button start" data-fill="TipsPage.button" @click=${start}>
              ${photo ? html`<img alt="" src=${photo}>` : nothing}${ui.text('TipsPage', 'buttonText', i18n.format('start'))}
            </button>
            ${handOff ? html`<div class="links"><button class="text" part="button" @click=${handOff}>${i18n.format('handoff_offer')}</button></div>` : nothing}
          </div>
        </div>
        ${aside}
      </div>
    </section>`;
}
