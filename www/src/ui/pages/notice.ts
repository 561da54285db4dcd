// The page of a notice: an error, a dead end, a question.

import { html, nothing, type TemplateResult } from 'lit';
import type { Notice, NoticeTheme, PageContext } from '../view.js';
import { cameraList } from './camera-list.js';

const NO_THEME: NoticeTheme = { page: '' };

export function noticePage({ i18n, ui }: PageContext, notice: Notice): TemplateResult {
  const theme = notice.theme ?? NO_THEME;
  const link = theme.icon ? ui.link(theme.page, theme.icon) : null;
  const configured = (field: string | undefined, fallback: string) =>
    field ? ui.text(theme.page, field, fallback) : fallback;
  const [first, ...others] = notice.actions ?? [];
  return html`
    <section class="page" part="notice" data-fill=${theme.page}>
      ${link ? html`<img class="icon" alt="" src=${link}>` : nothing}
      <h1 tabindex="-1" data-color="${theme.page}.${theme.title ?? ''}Color">${configured(theme.title, i18n.format(notice.title))}</h1>
      <p class="lines" data-color="${theme.page}.${theme.text ?? ''}Color">${configured(theme.text, i18n.format(notice.text))}</p>
      ${(notice.lines ?? []).map((line) => html`<p class="reason">${line}</p>`)}
      ${notice.cameras ? cameraList(i18n, { ...notice.cameras, chosen: null }) : nothing}
      <div class="actions">
        ${first ? html`<button part="button" data-fill="${theme.page}.${theme.button ?? ' '}" data-color="${theme.page}.${theme.button ?? ''}TextColor" @click=${first.act}>${configured(theme.button && `${theme.button}Text`, i18n.format(first.label))}</button>` : nothing}
        ${others.map(({ label, act }) => html`<button class="quiet" part="button" @click=${act}>${i18n.format(label)}</button>`)}
      </div>
      ${notice.code ? html`<p class="note">${i18n.format('error_code', { code: notice.code })}</p>` : nothing}
    </section>`;
}
