// The pages of the cross-device process, and those of the device's own camera program.

import { html, nothing, svg, type TemplateResult } from 'lit';
import encodeQR from 'qr';
import type { Key } from '../i18n/i18n.js';
import type { LinkPage, Setting } from './screen.js';

const PAGE = 'MultiDeviceProcessPage';
/** Light modules around the code that scanners need. */
const QUIET = 4;

/** The code as one path of dark squares. */
function qrCode(text: string, label: string): TemplateResult {
  const rows = encodeQR(text, 'raw', { border: QUIET });
  const path = rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return html`
    <svg class="code" role="img" aria-label=${label} viewBox="0 0 ${rows.length} ${rows.length}" shape-rendering="crispEdges">
      ${svg`<rect width=${rows.length} height=${rows.length} fill="#fff"></rect><path fill="#000" d=${path}></path>`}
    </svg>`;
}

/** Copies the link, also where the clipboard is out of reach, as in some web views. */
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

function linkPart({ words, look }: Setting, { url, until }: LinkPage): TemplateResult {
  const time = new Intl.DateTimeFormat(words.language, { timeStyle: 'short' }).format(until);
  const press = async ({ currentTarget }: Event) => {
    const button = currentTarget as HTMLButtonElement;
    const copied = await copy(button.parentElement?.querySelector('input') ?? null);
    if (copied) button.textContent = words.text('handoff_copied');
  };
  return html`
    ${url ? qrCode(url, words.text('handoff_code')) : html`<progress aria-label=${words.text('loading')}></progress>`}
    <div class="link">
      <input readonly dir="ltr" .value=${url} aria-label=${words.text('handoff_link')} data-fill="${PAGE}.qrCodePageLivenessLink" data-color="${PAGE}.qrCodePageLivenessLinkTextColor" data-border="${PAGE}.qrCodePageLivenessLinkBorderColor" @focus=${({ currentTarget }: Event) => (currentTarget as HTMLInputElement).select()}>
      <button part="button copy" data-fill="${PAGE}.qrCodePageCopyLinkBtn" data-color="${PAGE}.qrCodePageCopyLinkBtnTextColor" @click=${press}>${look.text(PAGE, 'qrCodePageCopyLinkBtnText', words.text('handoff_copy'))}</button>
    </div>
    <p class="note">${words.text('handoff_until', { time })}</p>`;
}

export function handoffPage(setting: Setting, page: LinkPage): TemplateResult {
  const { words, look } = setting;
  const { stage, number, denied, isExhausted } = page;
  const back = html`<button class="quiet" part="button back" @click=${page.back}>${words.text('handoff_back')}</button>`;
  if (stage === 'compare')
    return html`
      <section class="page center" part="handoff">
        <h1 tabindex="-1">${words.text('handoff_compare_title')}</h1>
        <p class="number" dir="ltr">${number}</p>
        <p role="status">${words.text('handoff_compare_text', { number })}</p>
        <div class="buttons">
          <button part="button same" @click=${page.same}>${words.text('handoff_same', { number })}</button>
          <button class="quiet" part="button other" @click=${page.fresh}>${words.text('handoff_other')}</button>
        </div>
      </section>`;
  if (stage === 'started')
    return html`
      <section class="page center" part="handoff">
        <h1 tabindex="-1">${words.text('handoff_started_title')}</h1>
        <progress aria-label=${words.text('handoff_started_title')}></progress>
        <p role="status">${words.text('handoff_started_text')}</p>
        ${back}
      </section>`;
  const fresh = html`<button part="button fresh" @click=${page.fresh}>${words.text('handoff_new')}</button>`;
  if (stage === 'link_voided')
    return html`
      <section class="page center" part="handoff">
        <h1 tabindex="-1">${words.text('handoff_voided_title')}</h1>
        <p role="status">${words.text('handoff_voided_text')}</p>
        ${fresh} ${back}
      </section>`;
  const kind = denied ? 'qrCodePagePermissionDenied' : 'qrCodePageCameraIssue';
  const icon = look.link(PAGE, 'qrCodePageTopIconLink');
  return html`
    <section class="page center" part="handoff">
      ${icon ? html`<img class="icon" alt="" src=${icon}>` : nothing}
      <h1 tabindex="-1" data-color="${PAGE}.${kind}BoldTextColor">${look.text(PAGE, `${kind}BoldText`, words.text('handoff_title'))}</h1>
      <p class="lines" data-color="${PAGE}.${kind}TipTextColor">${look.text(PAGE, `${kind}TipText`, words.text('handoff_text'))}</p>
      ${
        stage === 'link'
          ? linkPart(setting, page)
          : isExhausted
            ? html`<p role="status">${words.text('handoff_limit')}</p>`
            : html`<p role="status">${words.text('handoff_ended')}</p>${fresh}`
      }
      ${back}
    </section>`;
}

/** The second device's number. */
export function numberPage({ words }: Setting, number: string): TemplateResult {
  return html`
    <section class="page center" part="handoff">
      <h1 tabindex="-1">${words.text('second_wait_title')}</h1>
      <p class="number" dir="ltr">${number}</p>
      <p>${words.text('second_wait_text')}</p>
      <progress aria-label=${words.text('second_wait_title')}></progress>
    </section>`;
}

const PHOTOS = {
  far: { title: 'system_far_title', text: 'system_far_text' },
  near: { title: 'system_near_title', text: 'system_near_text' },
} as const satisfies Record<string, Record<string, Key>>;

export function photoPage(
  { words }: Setting,
  {
    stage,
    refused,
    take,
    back,
  }: { stage: 'far' | 'near'; refused: boolean; take: (file: File) => void; back: () => void },
): TemplateResult {
  const change = ({ currentTarget }: Event) => {
    const field = currentTarget as HTMLInputElement;
    const file = field.files?.[0];
    // The same file may be chosen again.
    field.value = '';
    if (file) take(file);
  };
  return html`
    <section class="page" part="photo">
      <h1 tabindex="-1">${words.text(PHOTOS[stage].title)}</h1>
      <p>${words.text(PHOTOS[stage].text)}</p>
      ${refused ? html`<p role="alert">${words.text('system_bad')}</p>` : nothing}
      <div class="actions">
        <label class="button">
          <input class="visually-hidden" type="file" accept="image/*" capture="user" @change=${change}>
          ${words.text('system_take')}
        </label>
        <button class="quiet" part="button back" @click=${back}>${words.text('cancel')}</button>
      </div>
    </section>`;
}
