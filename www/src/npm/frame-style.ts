// Styles of the element: the journey in a box of the integrator's page instead of a whole window.

import { css } from 'lit';

export const frame = css`
  :host {
    --frame-height: var(--nearfar-height, min(var(--screen-height), 44rem));
    /* Not only hidden: that would keep the start button from staying in view. Safari supports clip from 16. */
    overflow: hidden;
    overflow: clip;
    border-radius: var(--nearfar-radius, 0.8rem);
    font: 1rem / 1.5 var(--font);
    text-align: start;
  }

  :host([hidden]) {
    display: none;
  }

  .camera {
    position: relative;
    height: var(--frame-height);
  }

  /* The frame is narrow even if the window is wide. */
  .camera header:not(.visually-hidden) {
    position: static;
    max-width: none;
    text-align: center;
  }
`;
