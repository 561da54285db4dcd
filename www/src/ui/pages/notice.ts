// The page of a notice: an error, a dead end, a question.

import { html, nothing, type TemplateResult } from 'lit';
import type { MessageKey } from '../../i18n/i18n.js';
import type { Action, Notice, NoticeTheme, PageContext } from '../view.js';
import { brand } from './brand.js';
import { cameraList } from './camera-list.js';
import { type IconName, icon } from './icons.js';

const NO_THEME: NoticeTheme = { page: '' };
/** The buttons of a page: one main, one other. Further choices are links. */
const MAX_BUTTONS = 2;

/** The icon of each notice, by its title. */
const ICONS: Partial<Record<MessageKey, IconName>> = {
  denied_title: 'camera_off',
  dismissed_title: 'camera_off',
  trouble_title: 'camera_off',
  silent_title: 'camera_off',
  timeout_title: 'clock',
  expired_title: 'clock',
  unknown_title: 'link',
  second_taken_title: 'link',
  handoff_voided_title: 'warning',
  load_title: 'network',
  problem_title: 'warning',
  finished_title: 'done',
  second_done_title: 'done',
  consent_declined_title: 'document',
};

export function noticePage(context: PageContext, notice: Notice): TemplateResult {
  const { i18n, ui } = context;
  const theme = notice.theme ?? NO_THEME;
  const link = theme.icon ? ui.link(theme.page, theme.icon) : null;
  const configured = (field: string | undefined, fallback: string) =>
    field ? ui.text(theme.page, field, fallback) : fallback;
  const actions = notice.actions ?? [];
  const [first] = actions;
  const others = actions.slice(1, MAX_BUTTONS);
  const links = actions.slice(MAX_BUTTONS);
  const lines = notice.lines ?? [];
  const button = ({ label, act, note }: Action, look: string) => html`
    <button class=${look} part="button" @click=${act}>${i18n.format(label)}</button>
    ${note ? html`<p class="note">${i18n.format(note)}</p>` : nothing}`;
  return html`
    <section class="page" part="notice" data-fill=${theme.page}>
      ${brand(context)}
      <div class="body center">
        ${link ? html`<img class="icon" alt="" src=${link}>` : icon(ICONS[notice.title] ?? 'warning')}
        <h1 tabindex="-1" data-color="${theme.page}.${theme.title ?? ''}Color">${configured(theme.title, i18n.format(notice.title))}</h1>
        <p class="lines" data-color="${theme.page}.${theme.text ?? ''}Color">${configured(theme.text, i18n.format(notice.text))}</p>
        ${lines.length > 0 ? html`<div class="card">${lines.map((line) => html`<p class="reason">${line}</p>`)}</div>` : nothing}
        ${notice.cameras ? cameraList(i18n, { ...notice.cameras, chosen: null }) : nothing}
        ${notice.code ? html`<details class="note"><summary>${i18n.format('details')}</summary><p>${i18n.format('error_code', { code: notice.code })}</p></details>` : nothing}
      </div>
      <div class="buttons">
        ${first ? html`<button part="button" data-fill="${theme.page}.${theme.button ?? ' '}" data-color="${theme.page}.${theme.button ?? ''}TextColor" @click=${first.act}>${configured(theme.button && `${theme.button}Text`, i18n.format(first.label))}</button>` : nothing}
        ${others.map((action) => button(action, 'quiet'))}
        ${links.length > 0 ? html`<div class="links">${links.map((action) => button(action, 'text'))}</div>` : nothing}
      </div>
    </section>`;
}
