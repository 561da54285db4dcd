// Templates of the handoff pages.

import { html, nothing, type TemplateResult } from 'lit';
import type { MessageKey } from '../../i18n/i18n.js';
import { qrCode } from '../qr-code.js';
import type { HandoffLink, PageContext } from '../view.js';
import { brand } from './brand.js';
import { progressRing } from './drawings.js';
import { type IconName, icon } from './icons.js';

const PAGE = 'MultiDeviceProcessPage';

/** Copies the link; falls back to a selection where the clipboard is unavailable, as in some web views. */
async function copy(field: HTMLInputElement | null): Promise<boolean> {
  if (!field) return false;
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.select();
    return document.execCommand('copy');
  }
}

/** The link as a code and as a text to copy. `look`: the class of the button that copies it. */
export function linkSection({ i18n, ui }: PageContext, { url }: Pick<HandoffLink, 'url'>, look = ''): TemplateResult {
  const press = async ({ currentTarget }: Event) => {
    const button = currentTarget as HTMLButtonElement;
    const copied = await copy(button.parentElement?.querySelector('input') ?? null);
    if (copied) button.textContent = i18n.format('handoff_copied');
  };
  const waits = progressRing(i18n.format('loading'), null);
  return html`
    ${url ? qrCode(url, i18n.format('handoff_code'), waits) : waits}
    <div class="link">
      <input readonly dir="ltr" .value=${url} aria-label=${i18n.format('handoff_link')} data-fill="${PAGE}.qrCodePageLivenessLink" data-color="${PAGE}.qrCodePageLivenessLinkTextColor" data-border="${PAGE}.qrCodePageLivenessLinkBorderColor" @focus=${({ currentTarget }: Event) => (currentTarget as HTMLInputElement).select()}>
      <button class=${look} part="button copy" data-fill="${PAGE}.qrCodePageCopyLinkBtn" data-color="${PAGE}.qrCodePageCopyLinkBtnTextColor" @click=${press}>${ui.text(PAGE, 'qrCodePageCopyLinkBtnText', i18n.format('handoff_copy'))}</button>
    </div>`;
}

/** The frame of these pages. */
function frame(context: PageContext, content: TemplateResult, buttons: TemplateResult): TemplateResult {
  return html`
    <section class="page" part="handoff">
      ${brand(context)}
      <div class="body center">${content}</div>
      <div class="buttons">${buttons}</div>
    </section>`;
}

/** The content of a page that says what happened. */
function status({ i18n }: PageContext, name: IconName, title: MessageKey, text: MessageKey): TemplateResult {
  return html`
    ${icon(name)}
    <h1 tabindex="-1">${i18n.format(title)}</h1>
    <p role="status">${i18n.format(text)}</p>`;
}

export function handoffPage(context: PageContext, link: HandoffLink): TemplateResult {
  const { i18n, ui } = context;
  const { stage, number, denied, isExhausted } = link;
  const back = html`<button class="quiet" part="button back" @click=${link.back}>${i18n.format('handoff_back')}</button>`;
  const fresh = html`<button part="button fresh" @click=${link.createLink}>${i18n.format('handoff_new')}</button>`;
  if (stage === 'compare')
    return frame(
      context,
      html`
        <h1 tabindex="-1">${i18n.format('handoff_compare_title')}</h1>
        <p class="number" dir="ltr">${number}</p>
        <p role="status">${i18n.format('handoff_compare_text', { number })}</p>`,
      html`
        <button part="button same" @click=${link.confirm}>${i18n.format('handoff_same', { number })}</button>
        <button class="quiet" part="button other" @click=${link.createLink}>${i18n.format('handoff_other')}</button>`,
    );
  if (stage === 'started')
    return frame(context, status(context, 'phone', 'handoff_started_title', 'handoff_started_text'), back);
  if (stage === 'link_voided')
    return frame(
      context,
      status(context, 'warning', 'handoff_voided_title', 'handoff_voided_text'),
      html`${fresh} ${back}`,
    );
  const time = new Intl.DateTimeFormat(i18n.language, { timeStyle: 'short' }).format(link.expiresAt);
  const section = () =>
    html`${linkSection(context, link)}<p class="note">${i18n.format('handoff_until', { time })}</p>`;
  const kind = denied ? 'qrCodePagePermissionDenied' : 'qrCodePageCameraIssue';
  const own = ui.link(PAGE, 'qrCodePageTopIconLink');
  const hasLink = stage === 'link';
  const ended = isExhausted ? 'handoff_limit' : 'handoff_ended';
  return frame(
    context,
    html`
      ${own ? html`<img class="icon" alt="" src=${own}>` : hasLink ? nothing : icon('clock')}
      <h1 tabindex="-1" data-color="${PAGE}.${kind}BoldTextColor">${ui.text(PAGE, `${kind}BoldText`, i18n.format('handoff_title'))}</h1>
      ${hasLink ? html`<p class="lines" data-color="${PAGE}.${kind}TipTextColor">${ui.text(PAGE, `${kind}TipText`, i18n.format('handoff_text'))}</p>${section()}` : html`<p role="status">${i18n.format(ended)}</p>`}`,
    html`${hasLink || isExhausted ? nothing : fresh} ${back}`,
  );
}

/** The page of the second device that shows its number. */
export function numberPage(context: PageContext, number: string): TemplateResult {
  const { i18n } = context;
  return frame(
    context,
    html`
      <h1 tabindex="-1">${i18n.format('second_wait_title')}</h1>
      <p class="number" dir="ltr">${number}</p>
      <p>${i18n.format('second_wait_text')}</p>`,
    html``,
  );
}
