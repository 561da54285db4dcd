// Styles of the camera page by the shape of the screen, during the light challenge, and with system colours.

import { css } from 'lit';
import { visuallyHidden } from './base.js';

export const cameraLayoutStyle = css`
  .camera header {
    grid-row: 1;
    padding: 1rem 1.25rem 0.5rem;
    text-align: center;
  }

  .camera header p {
    margin: 0;
  }

  /* A page that is not tall: texts above and below the picture. Their height must not change with them. */
  .camera[data-layout='framed'] {
    grid-template: auto min(5.25rem, 20%) minmax(0, 1fr) auto / minmax(0, 1fr);
  }

  [data-layout='framed'] .stage {
    grid-row: 3;
    justify-self: center;
    width: auto;
    max-width: 100%;
    aspect-ratio: 4 / 3;
    border-radius: 1rem;
  }

  [data-layout='framed'] .message {
    grid-row: 2;
    height: auto;
    align-self: stretch;
    display: flex;
    align-items: center;
    margin-top: 0;
  }

  [data-layout='framed'] .curtain {
    grid-row: 2 / 4;
    margin-bottom: 0;
  }

  [data-layout='framed'] .foot {
    grid-row: 4;
    display: flex;
    align-items: center;
    justify-content: center;
    gap: 0.75rem;
    padding-top: 0.6rem;
  }

  [data-layout='framed'] .foot .step {
    margin: 0;
    background: #ffffff26;
  }

  /* A phone in landscape: texts on one side of the picture, buttons on the other. */
  .camera[data-layout='side'] {
    grid-template: minmax(0, 1fr) / minmax(0, 1fr) var(--page-height) minmax(0, 1fr);
  }

  [data-layout='side'] .stage {
    grid-area: 1 / 2;
  }

  [data-layout='side'] .message {
    grid-area: 1 / 1;
    /* The rest is for hints. */
    height: 62%;
    display: flex;
    align-items: center;
    margin: 0.5rem;
    /* A physical side: the notch does not move with the language. */
    margin-left: max(0.5rem, env(safe-area-inset-left));
  }

  [data-layout='side'] .instruction {
    padding: 0;
    font-size: max(15px, 1.35rem * var(--fit, 1));
    background: none;
  }

  [data-layout='side'] .curtain {
    grid-area: 1 / 1 / 2 / 3;
    margin-bottom: 0;
  }

  [data-layout='side'] .foot {
    grid-area: 1 / 3;
    position: static;
    margin: 0.5rem max(0.5rem, env(safe-area-inset-right)) var(--gap) 0.5rem;
  }

  [dir='rtl'] [data-layout='side'] .message {
    margin: 0.5rem max(0.5rem, env(safe-area-inset-right)) 0.5rem 0.5rem;
  }

  [dir='rtl'] [data-layout='side'] .foot {
    margin: 0.5rem 0.5rem var(--gap) max(0.5rem, env(safe-area-inset-left));
  }

  /* The font shrinks with the column, so that the longest word of a button fits; at 12px it breaks instead. */
  [data-layout='side'] .step,
  [data-layout='side'] .controls > * {
    padding-inline: 0.4em;
    font-size: clamp(12px, (100vw - var(--page-height)) / 20, min(1rem, 4.6vmin));
    overflow-wrap: anywhere;
    hyphens: auto;
  }

  [data-layout='side'] .controls {
    flex-flow: column;
    align-items: stretch;
  }

  [data-layout='side'] .controls > .switch {
    align-self: center;
  }

  [data-layout='side'] .foot .hint {
    inset: auto auto 0.25rem max(0.25rem, env(safe-area-inset-left));
    width: calc(50% - var(--page-height) / 2 - max(0.25rem, env(safe-area-inset-left)) - 0.25rem);
    padding: 0;
    font-size: min(0.9rem, 4.4vmin);
    hyphens: auto;
  }

  [dir='rtl'] [data-layout='side'] .foot .hint {
    inset: auto max(0.25rem, env(safe-area-inset-right)) 0.25rem auto;
    width: calc(50% - var(--page-height) / 2 - max(0.25rem, env(safe-area-inset-right)) - 0.25rem);
  }

  /* Next to the picture if there is room. */
  @media (min-width: 78em) and (min-aspect-ratio: 3/2) {
    .live.camera header {
      position: absolute;
      inset-block-start: 5.5rem;
      inset-inline-start: 0.25rem;
      max-width: calc((100vw - (var(--screen-height) - 10rem) * 4 / 3) / 2 - 0.5rem);
      text-align: start;
    }
  }

  /* --light is the current colour of the light challenge; without it the page is dark. Changes are short fades. */
  .camera.lit {
    background: var(--light, #0b1116) !important;
    transition: background-color 80ms linear;
  }

  .lit .shade {
    fill: var(--light, #0b1116);
    fill-opacity: 1 !important;
    transition: fill 80ms linear;
  }

  .lit .oval {
    stroke: #ffffff80;
    stroke-dasharray: none;
  }

  .lit .instruction,
  .lit .controls > *,
  .camera.lit header:not(.visually-hidden) {
    background: #0b1116 !important;
  }

  .lit .step {
    display: none;
  }

  /* On a low screen the picture matters more than a title. */
  @media (max-height: 36em) and (max-width: 77.9em) {
    .camera header {
      ${visuallyHidden}
    }
  }

  /* System colours, each with its own background: forced colours leave the picture behind unchanged. */
  @media (forced-colors: active) {
    .camera .instruction,
    .camera .step,
    .camera .hint,
    .camera .controls > * {
      forced-color-adjust: none;
      color: CanvasText !important;
      background: Canvas !important;
    }

    .camera .instruction,
    .camera .controls > * {
      border: 2px solid CanvasText;
    }

    .window,
    .question {
      border: 2px solid CanvasText;
    }

    .choice .allow {
      border: 3px solid Highlight;
    }
  }

  /* Still, but recognizable as a wait. */
  @media (prefers-reduced-motion: reduce) {
    .spinner {
      border-style: dotted;
      border-color: currentColor;
    }
  }
`;
