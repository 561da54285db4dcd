// Styles of what covers the camera page before there is a picture: the question for the camera, a tap, a wait.

import { css } from 'lit';

export const curtainStyle = css`
  /* Covers the picture until there is one. */
  .curtain {
    position: relative;
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 0.5rem;
    /* Ends above the controls. */
    margin-bottom: calc(min(3rem, 56px) + 2 * var(--gap));
    padding: max(1.25rem, env(safe-area-inset-top)) max(1.25rem, env(safe-area-inset-right)) 0.5rem
      max(1.25rem, env(safe-area-inset-left));
    overflow-y: auto;
    text-align: center;
  }

  .curtain::before,
  .curtain::after {
    content: '';
    flex: 1;
  }

  .curtain > * {
    flex: none;
    max-width: min(100%, 26rem);
  }

  /* It scrolls if the text is large. */
  .curtain:focus-visible {
    outline: 3px solid currentColor;
    outline-offset: -4px;
  }

  .curtain h2 {
    margin: 1rem 0 0;
    overflow-wrap: anywhere;
    font-size: min(1.4rem, 9vmin);
    line-height: 1.25;
    text-wrap: balance;
  }

  .curtain p {
    margin: 0 0 0.5rem;
    text-wrap: balance;
    overflow-wrap: anywhere;
  }

  .spinner {
    width: 2.5rem;
    height: 2.5rem;
    margin-bottom: 0.75rem;
    border: 4px solid currentColor;
    border-radius: 50%;
    border-inline-end-color: transparent;
    animation: turn 900ms linear infinite;
  }

  @keyframes turn {
    to {
      transform: rotate(1turn);
    }
  }

  /* The drawing of the browser's question: a window, not a control. */
  .window {
    width: 23em;
    padding-bottom: 2em;
    border: 2px solid var(--soft);
    border-radius: 1em;
    overflow: hidden;
    /* Does not grow with the person's text size: the texts below it say the same. */
    font-size: 14px;
    line-height: 1.35;
    text-align: start;
    color: #3c4650;
    background: #e4e9ee;
    pointer-events: none;
    user-select: none;
  }

  .bar {
    display: flex;
    align-items: center;
    gap: 0.4em;
    padding: 0.7em 0.9em;
    background: #ccd4db;
  }

  .bar i {
    flex: none;
    width: 0.7em;
    height: 0.7em;
    border-radius: 50%;
    background: #98a4ae;
  }

  .bar span {
    flex: 1;
    min-width: 0;
    margin-inline-start: 0.4em;
    padding: 0.15em 0.8em;
    border-radius: 1em;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    background: #fff;
  }

  .question {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 0.9em 0.7em;
    align-items: center;
    width: 88%;
    margin: 0.9em 0.9em 0;
    padding: 1em;
    border-radius: 0.8em;
    overflow-wrap: anywhere;
    color: #14202b;
    background: #fff;
    box-shadow: 0 2px 10px #0003;
  }

  .question svg {
    width: 1.8em;
    height: 1.8em;
    fill: currentColor;
  }

  .choice {
    grid-column: 1 / -1;
    display: flex;
    flex-wrap: wrap;
    justify-content: flex-end;
    gap: 0.6em;
  }

  .choice b {
    padding: 0.35em 1.1em;
    border: 1px solid #98a4ae;
    border-radius: 2em;
    font-weight: 600;
    color: #51606d;
  }

  .choice .allow {
    border-color: #0a6a5a;
    color: #fff;
    background: #0a6a5a;
    box-shadow: 0 0 0 4px #0a6a5a40;
    animation: beckon 1.2s ease-in-out infinite alternate;
  }

  @keyframes beckon {
    to {
      box-shadow: 0 0 0 8px #0a6a5a20;
    }
  }
`;
