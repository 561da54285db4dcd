// Templates of the handoff pages.

import { html, nothing, svg, type TemplateResult } from 'lit';
import encodeQR from 'qr';
import type { HandoffLink, PageContext } from '../view.js';

const PAGE = 'MultiDeviceProcessPage';
/** Width of the quiet zone that scanners need, modules. */
const QUIET_ZONE = 4;

/** A QR code, drawn as one path of dark squares. */
function qrCode(text: string, label: string): TemplateResult {
  const rows = encodeQR(text, 'raw', { border: QUIET_ZONE });
  const path = rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return html`
    <svg class="code" role="img" aria-label=${label} viewBox="0 0 ${rows.length} ${rows.length}" shape-rendering="crispEdges">
      ${svg`<rect width=${rows.length} height=${rows.length} fill="#fff"></rect><path fill="#000" d=${path}></path>`}
    </svg>`;
}

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

function linkSection({ i18n, ui }: PageContext, { url, expiresAt }: HandoffLink): TemplateResult {
  const time = new Intl.DateTimeFormat(i18n.language, { timeStyle: 'short' }).format(expiresAt);
  const press = async ({ currentTarget }: Event) => {
    const button = currentTarget as HTMLButtonElement;
    const copied = await copy(button.parentElement?.querySelector('input') ?? null);
    if (copied) button.textContent = i18n.format('handoff_copied');
  };
  return html`
    ${url ? qrCode(url, i18n.format('handoff_code')) : html`<progress aria-label=${i18n.format('loading')}></progress>`}
    <div class="link">
      <input readonly dir="ltr" .value=${url} aria-label=${i18n.format('handoff_link')} data-fill="${PAGE}.qrCodePageLivenessLink" data-color="${PAGE}.qrCodePageLivenessLinkTextColor" data-border="${PAGE}.qrCodePageLivenessLinkBorderColor" @focus=${({ currentTarget }: Event) => (currentTarget as HTMLInputElement).select()}>
      <button part="button copy" data-fill="${PAGE}.qrCodePageCopyLinkBtn" data-color="${PAGE}.qrCodePageCopyLinkBtnTextColor" @click=${press}>${ui.text(PAGE, 'qrCodePageCopyLinkBtnText', i18n.format('handoff_copy'))}</button>
    </div>
    <p class="note">${i18n.format('handoff_until', { time })}</p>`;
}

export function handoffPage(context: PageContext, link: HandoffLink): TemplateResult {
  const { i18n, ui } = context;
  const { stage, number, denied, isExhausted } = link;
  const back = html`<button class="quiet" part="button back" @click=${link.back}>${i18n.format('handoff_back')}</button>`;
  if (stage === 'compare')
    return html`
      <section class="page center" part="handoff">
        <h1 tabindex="-1">${i18n.format('handoff_compare_title')}</h1>
        <p class="number" dir="ltr">${number}</p>
        <p role="status">${i18n.format('handoff_compare_text', { number })}</p>
        <div class="buttons">
          <button part="button same" @click=${link.confirm}>${i18n.format('handoff_same', { number })}</button>
          <button class="quiet" part="button other" @click=${link.createLink}>${i18n.format('handoff_other')}</button>
        </div>
      </section>`;
  if (stage === 'started')
    return html`
      <section class="page center" part="handoff">
        <h1 tabindex="-1">${i18n.format('handoff_started_title')}</h1>
        <progress aria-label=${i18n.format('handoff_started_title')}></progress>
        <p role="status">${i18n.format('handoff_started_text')}</p>
        ${back}
      </section>`;
  const fresh = html`<button part="button fresh" @click=${link.createLink}>${i18n.format('handoff_new')}</button>`;
  if (stage === 'link_voided')
    return html`
      <section class="page center" part="handoff">
        <h1 tabindex="-1">${i18n.format('handoff_voided_title')}</h1>
        <p role="status">${i18n.format('handoff_voided_text')}</p>
        ${fresh} ${back}
      </section>`;
  const kind = denied ? 'qrCodePagePermissionDenied' : 'qrCodePageCameraIssue';
  const icon = ui.link(PAGE, 'qrCodePageTopIconLink');
  return html`
    <section class="page center" part="handoff">
      ${icon ? html`<img class="icon" alt="" src=${icon}>` : nothing}
      <h1 tabindex="-1" data-color="${PAGE}.${kind}BoldTextColor">${ui.text(PAGE, `${kind}BoldText`, i18n.format('handoff_title'))}</h1>
      <p class="lines" data-color="${PAGE}.${kind}TipTextColor">${ui.text(PAGE, `${kind}TipText`, i18n.format('handoff_text'))}</p>
      ${
        stage === 'link'
          ? linkSection(context, link)
          : isExhausted
            ? html`<p role="status">${i18n.format('handoff_limit')}</p>`
            : html`<p role="status">${i18n.format('handoff_ended')}</p>${fresh}`
      }
      ${back}
    </section>`;
}

/** The page of the second device that shows its number. */
export function numberPage({ i18n }: PageContext, number: string): TemplateResult {
  return html`
    <section class="page center" part="handoff">
      <h1 tabindex="-1">${i18n.format('second_wait_title')}</h1>
      <p class="number" dir="ltr">${number}</p>
      <p>${i18n.format('second_wait_text')}</p>
      <progress aria-label=${i18n.format('second_wait_title')}></progress>
    </section>`;
}
