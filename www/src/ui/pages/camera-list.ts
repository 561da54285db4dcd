// The list of cameras.

import { html, nothing } from 'lit';
import type { CameraChoice, PageContext } from '../view.js';

interface CameraListProps {
  choices: CameraChoice[];
  /** The id of the camera in use; null if there is none. */
  chosen: string | null;
  choose: (id: string) => void;
}

/** The list of cameras. */
export function cameraList(i18n: PageContext['i18n'], { choices, chosen, choose }: CameraListProps) {
  const change = ({ currentTarget }: Event) => choose((currentTarget as HTMLSelectElement).value);
  const option = ({ id, label }: CameraChoice) =>
    html`<option value=${id} ?selected=${id === chosen}>${label}</option>`;
  // Without a placeholder, choosing the first camera would be no change.
  const none =
    chosen === null ? html`<option value="" selected disabled>${i18n.format('camera_choose')}</option>` : nothing;
  return html`<select aria-label=${i18n.format('camera_choose')} @change=${change}>${none}${choices.map(option)}</select>`;
}
