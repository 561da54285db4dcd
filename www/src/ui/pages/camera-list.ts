// The list of cameras.

import { html, nothing } from 'lit';
import type { CameraChoice, PageContext } from '../view.js';

interface CameraListProps {
  choices: CameraChoice[];
  /** The id of the camera in use; null if there is none. */
  chosen: string | null;
  choose: (id: string) => void;
}

/** The list of cameras. `compact`: drawn as a button with an icon, for the camera page. */
export function cameraList(i18n: PageContext['i18n'], { choices, chosen, choose }: CameraListProps, style?: 'compact') {
  const change = ({ currentTarget }: Event) => choose((currentTarget as HTMLSelectElement).value);
  const option = ({ id, label }: CameraChoice) =>
    html`<option value=${id} ?selected=${id === chosen}>${label}</option>`;
  // Without a placeholder, choosing the first camera would be no change.
  const none =
    chosen === null ? html`<option value="" selected disabled>${i18n.format('camera_choose')}</option>` : nothing;
  const list = html`<select aria-label=${i18n.format('camera_choose')} @change=${change}>${none}${choices.map(option)}</select>`;
  if (!style) return list;
  return html`<div class="switch">
    ${list}
    <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 9a8.5 8.5 0 0 1 15-2M20 15a8.5 8.5 0 0 1-15 2M19.5 3v4.5H15M4.5 21v-4.5H9M9 12a3 3 0 1 0 6 0 3 3 0 1 0-6 0"></path></svg>
  </div>`;
}
