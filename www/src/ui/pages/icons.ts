// Drawn icons: lines on a 24 by 24 grid, in a disc.

import { html, nothing, type SVGTemplateResult, svg, type TemplateResult } from 'lit';

const PATHS = {
  light:
    'M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0M12 3.5v1.8M12 18.7v1.8M3.5 12h1.8M18.7 12h1.8M6 6l1.3 1.3M16.7 16.7 18 18M6 18l1.3-1.3M16.7 7.3 18 6',
  uncover:
    'M3.5 12a3.5 3.5 0 1 0 7 0v-2.5h-7zM13.5 12a3.5 3.5 0 1 0 7 0v-2.5h-7zM10.5 9.5c1-.8 2-.8 3 0M4.5 19.5l15-15',
  hold: 'M2 12c2.4-3.6 6-3.6 8.4 0-2.4 3.6-6 3.6-8.4 0M6.2 11.9v.2M12.4 12h.1M14.6 12h.1M17 7h4.5a.7.7 0 0 1 .7.7v8.6a.7.7 0 0 1-.7.7H17z',
  path: 'M11 11c0 3.6-1.8 6.5-4 6.5S3 14.6 3 11s1.8-6.5 4-6.5 4 2.9 4 6.5M14.5 11H21M18 8l3 3-3 3',
  video: 'M5 7h8a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2M15 11l6-3v8l-6-3',
  colors:
    'M12.5 9a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0M20.5 9a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0M16.5 15.5a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0',
  camera_off:
    'M10 6h4.5l1.5 2H19a2 2 0 0 1 2 2v6.5M18.5 19H5a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2h1.5M14.7 14.9A3.5 3.5 0 1 1 9.6 10M4 3.5l16.5 16.5',
  clock: 'M20.5 12a8.5 8.5 0 1 1-17 0 8.5 8.5 0 0 1 17 0M12 7v5l3.2 2',
  link: 'M9 7.5H7.5a4.5 4.5 0 0 0 0 9H9M15 7.5h1.5a4.5 4.5 0 0 1 0 9H15M12 4v1.8M12 18.2V20M8.5 4.7l.7 1.3M15.5 4.7l-.7 1.3',
  network:
    'M3.5 9.5a13 13 0 0 1 4-2.6M11.5 6a13 13 0 0 1 9 3.5M6.5 13a8.5 8.5 0 0 1 4-2.2M14.5 11.2a8.5 8.5 0 0 1 3 1.8M9.7 16.2a3.8 3.8 0 0 1 4.6 0M12 19.4h.1M4.5 4l15 15.5',
  warning: 'M12 4.5 21 19.5H3zM12 10v4.5M12 17h.1',
  done: 'M6.5 12.5l3.7 3.7 7.3-8',
  failed: 'M8 8l8 8M16 8l-8 8',
  phone: 'M9 3.5h6a2 2 0 0 1 2 2v13a2 2 0 0 1-2 2H9a2 2 0 0 1-2-2v-13a2 2 0 0 1 2-2M11 17.5h2',
  document: 'M7 3.5h7l4 4v13H7a1 1 0 0 1-1-1v-15a1 1 0 0 1 1-1M14 3.5v4h4M9.5 12h5M9.5 15.5h5',
};

export type IconName = keyof typeof PATHS;

/** The lines of an icon; `length` 1 for drawing them in an animation. */
const lines = (name: IconName, length?: number): SVGTemplateResult =>
  svg`<circle class="disc" cx="12" cy="12" r="20"></circle><path d=${PATHS[name]} pathLength=${length ?? nothing}></path>`;

/** An icon, which screen readers skip: the text beside it says the same. */
export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="-8 -8 40 40" aria-hidden="true">${lines(name)}</svg>`;
}

/** A drawn tick or cross. */
export function mark(passed: boolean): TemplateResult {
  return html`
    <svg class="icon mark ${passed ? '' : 'bad'}" viewBox="-8 -8 40 40" aria-hidden="true">
      ${lines(passed ? 'done' : 'failed', 1)}
    </svg>`;
}
