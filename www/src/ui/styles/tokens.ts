// The design tokens: colours, sizes, spaces, corners and durations of every page. This is their only place: the element
// and the hosted page adopt them, and webpack writes them into the page's style sheet (`tokens.ts?document`).

import { css } from 'lit';

const dark = css`
  --ink: var(--nearfar-ink, #eaf1f6);
  --soft: var(--nearfar-soft, #a3b3bf);
  --paper: var(--nearfar-paper, #0e151b);
  --card: var(--nearfar-card, #17212a);
  --line: var(--nearfar-line, #31404c);
  --accent: var(--nearfar-accent, #4fd1b5);
  --on-accent: var(--nearfar-on-accent, #06251f);
  --good: var(--nearfar-good, #4fd1b5);
  --bad: var(--nearfar-bad, #f0998c);
`;

export const tokens = css`
  :root,
  :host {
    --ink: var(--nearfar-ink, #14202b);
    --soft: var(--nearfar-soft, #51606d);
    --paper: var(--nearfar-paper, #f7f9fb);
    --card: var(--nearfar-card, #fff);
    --line: var(--nearfar-line, #d3dce3);
    --accent: var(--nearfar-accent, #0a6a5a);
    --on-accent: var(--nearfar-on-accent, #fff);
    --good: var(--nearfar-good, #0a6a5a);
    --bad: var(--nearfar-bad, #9c3a2e);
    --font: var(--nearfar-font, system-ui, sans-serif);
    --text-small: 0.9rem;
    --text-lead: 1.1rem;
    --text-title: 1.75rem;
    --space-1: 0.25rem;
    --space-2: 0.5rem;
    --space-3: 0.75rem;
    --space-4: 1rem;
    --space-5: 1.5rem;
    --space-6: 2.5rem;
    --control: 3.25rem;
    --round: var(--nearfar-control-radius, 0.9rem);
    --round-large: calc(1.5 * var(--round));
    --quick: 150ms;
    --calm: 400ms;
    --screen-height: 100vh;
    --height: var(--frame-height, var(--screen-height));
    color-scheme: light dark;
  }

  /* Safari supports dvh from 15.4, Chrome from 108. */
  @supports (height: 100dvh) {
    :root,
    :host {
      --screen-height: 100dvh;
    }
  }

  :host([theme='light']) {
    color-scheme: light;
  }

  /* Not light-dark(): Safari supports it from 17.5, and older phones are in use. */
  @media (prefers-color-scheme: dark) {
    :root,
    :host(:not([theme='light'])) {
      ${dark}
    }
  }

  :host([theme='dark']) {
    ${dark}
    color-scheme: dark;
  }

  /* For drawings, whose colours browsers do not force. As specific as the selectors above. */
  @media (forced-colors: active) {
    :root,
    :host(:not([theme=''])) {
      --ink: CanvasText;
      --soft: CanvasText;
      --paper: Canvas;
      --card: Canvas;
      --line: CanvasText;
      --accent: Highlight;
      --on-accent: HighlightText;
      --good: Highlight;
      --bad: CanvasText;
    }
  }
`;
