// Styles of the element: the journey in a box of the integrator's page instead of a whole window.

import { css } from 'lit';

const dark = css`
  --ink: #eaf1f6;
  --paper: #0e151b;
  --card: #17212a;
  --accent: #4fd1b5;
  --on-accent: #06251f;
  --soft: #a3b3bf;
  --bad: #f0998c;
`;

/** The colours of the hosted page (www/style.css). Integrators set them by the `--nearfar-` names. */
export const frame = css`
  :host {
    --frame-height: var(--nearfar-height, min(var(--screen-height), 44rem));
    --frame-width: 100%;
    --ink: #14202b;
    --paper: #f7f9fb;
    --card: #fff;
    --accent: #0a6a5a;
    --on-accent: #fff;
    --soft: #51606d;
    --bad: #9c3a2e;
    color-scheme: light dark;
    overflow: hidden;
    border-radius: var(--nearfar-radius, 0.8rem);
    font: 1rem / 1.5 var(--nearfar-font, system-ui, sans-serif);
    text-align: start;
  }

  :host([hidden]) {
    display: none;
  }

  :host([theme='light']) {
    color-scheme: light;
  }

  @media (prefers-color-scheme: dark) {
    :host(:not([theme='light'])) {
      ${dark}
    }
  }

  :host([theme='dark']) {
    ${dark}
    color-scheme: dark;
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
