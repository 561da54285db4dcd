// The integrator's logo, at the top of every page but the camera's.

import { html, nothing, type TemplateResult } from 'lit';
import type { PageContext } from '../view.js';

export function brand({ ui }: PageContext): TemplateResult {
  const logo = ui.logo();
  return html`<div class="brand"><slot name="logo">${logo ? html`<img alt="" src=${logo}>` : nothing}</slot></div>`;
}
