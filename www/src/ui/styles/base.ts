// Styles of the pages. Colours are custom properties, named as in style.css, so that an integrator's configuration or
// style sheet can set them.

import { css } from 'lit';

/** Hides an element visually but keeps it for screen readers. */
export const visuallyHidden = css`
  position: absolute;
  width: 1px;
  height: 1px;
  padding: 0;
  overflow: hidden;
  clip-path: inset(50%);
`;

export const baseStyle = css`
  :host {
    /* Safari supports dvh from 15.4, Chrome from 108. */
    --screen-height: 100vh;
    display: block;
    min-height: var(--frame-height, var(--screen-height));
    color: var(--nearfar-ink, var(--ink));
    background: var(--nearfar-paper, var(--paper));
  }

  @supports (height: 100dvh) {
    :host {
      --screen-height: 100dvh;
    }
  }

  * {
    box-sizing: border-box;
  }

  .page {
    /* A column on wide screens; the background spans the whole width. */
    --side: max(1.25rem, 50% - 17rem);
    min-height: var(--frame-height, var(--screen-height));
    padding: max(1.25rem, env(safe-area-inset-top)) max(var(--side), env(safe-area-inset-right))
      max(1.25rem, env(safe-area-inset-bottom)) max(var(--side), env(safe-area-inset-left));
    display: flex;
    flex-direction: column;
    justify-content: center;
    overflow-wrap: anywhere;
  }

  .center {
    align-items: center;
    text-align: center;
  }

  h1 {
    margin: 0 0 0.5rem;
    font-size: 1.6rem;
    line-height: 1.2;
    text-wrap: balance;
  }

  h1.small {
    font-size: 1.2rem;
    font-weight: 600;
  }

  h1:focus {
    outline: none;
  }

  p {
    margin: 0 0 0.75rem;
  }

  ul {
    margin: 0.5rem 0 1.5rem;
    padding-inline-start: 1.25rem;
  }

  li {
    margin-block: 0.4rem;
  }

  .note {
    color: var(--nearfar-soft, var(--soft));
    font-size: 0.9rem;
  }

  button + .note {
    margin-top: 0.75rem;
  }

  button,
  .button {
    min-height: 3rem;
    max-width: 100%;
    padding: 0.6rem 1.4rem;
    /* Visible with forced colours, which remove the background. */
    border: 1px solid transparent;
    border-radius: 0.8rem;
    font: inherit;
    font-weight: 600;
    color: var(--nearfar-on-accent, var(--on-accent));
    background: var(--nearfar-accent, var(--accent));
    cursor: pointer;
  }

  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    text-align: center;
  }

  .page select {
    width: 100%;
    min-height: 3rem;
    margin-bottom: 0.75rem;
    padding: 0.6rem 1rem;
    border: 1px solid currentColor;
    border-radius: 0.8rem;
    font: inherit;
    color: inherit;
    background: none;
  }

  /* A separate rule: a browser without :has drops the whole rule. */
  button:has(img) {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    text-align: center;
  }

  button.quiet {
    color: inherit;
    background: none;
    border: 1px solid currentColor;
  }

  .button:focus-within {
    outline: 3px solid var(--nearfar-ink, var(--ink));
    outline-offset: 3px;
    box-shadow: 0 0 0 3px var(--nearfar-paper, var(--paper));
  }

  /* A separate rule: Safari supports :focus-visible from 15.4 and draws its own ring before that. */
  :is(button, input, select, summary):focus-visible {
    outline: 3px solid var(--nearfar-ink, var(--ink));
    outline-offset: 3px;
    /* One of the two colours is visible on any background: the camera's picture or a configured one. */
    box-shadow: 0 0 0 3px var(--nearfar-paper, var(--paper));
  }

  .buttons {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 0.75rem;
    margin: 0.75rem 0;
  }

  .actions {
    display: flex;
    flex-direction: column;
    gap: 0.75rem;
    margin-block: 0.75rem;
  }

  .lines {
    white-space: pre-line;
  }

  details {
    margin-top: 1rem;
  }

  summary {
    padding-block: 0.5rem;
    cursor: pointer;
  }

  .check {
    display: flex;
    gap: 0.6rem;
    padding-block: 0.4rem;
    align-items: center;
  }

  .check input {
    flex: none;
    width: 1.4rem;
    height: 1.4rem;
    accent-color: var(--nearfar-accent, var(--accent));
  }

  .tip {
    flex: none;
    width: 2.5rem;
    height: 2.5rem;
    margin-inline-end: 0.75rem;
    object-fit: contain;
  }

  .pictured {
    display: flex;
    align-items: center;
  }

  .number {
    font-size: 3.5rem;
    font-weight: 700;
    line-height: 1.2;
    letter-spacing: 0.1em;
  }

  .code {
    width: min(100%, 15rem);
    margin-block: 0.5rem 1rem;
    border-radius: 0.8rem;
  }

  .link {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    width: min(100%, 26rem);
    margin-bottom: 0.75rem;
  }

  .link input {
    flex: 1 1 9rem;
    min-width: 0;
    min-height: 3rem;
    padding-inline: 0.8rem;
    border: 1px solid var(--nearfar-soft, var(--soft));
    border-radius: 0.8rem;
    font: inherit;
    color: inherit;
    background: none;
  }

  progress {
    width: min(100%, 16rem);
    margin-block: 0.75rem;
    accent-color: var(--nearfar-accent, var(--accent));
  }

  .icon,
  .face {
    width: 6rem;
    height: 6rem;
    margin-bottom: 1rem;
    border-radius: 50%;
    object-fit: cover;
  }

  .face.mirrored {
    transform: scaleX(-1);
  }

  .icon circle {
    fill: var(--nearfar-accent, var(--accent));
  }

  .icon.bad circle {
    fill: var(--nearfar-bad, var(--bad));
  }

  .icon path {
    fill: none;
    stroke: var(--nearfar-on-accent, var(--on-accent));
    stroke-width: 2.2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }

  .visually-hidden,
  .camera header.visually-hidden {
    ${visuallyHidden}
  }
`;
