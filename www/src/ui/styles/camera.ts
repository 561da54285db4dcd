// Styles of the camera page: dark in every colour scheme, so that the picture stands out.

import { css } from 'lit';
import { visuallyHidden } from './base.js';

export const cameraStyle = css`
  /* The camera fills a phone's screen, and a square on a wide screen. */
  .camera {
    position: fixed;
    inset: 0;
    display: grid;
    grid-template-rows: auto minmax(0, 1fr);
    justify-items: center;
    background: #0b1116;
    color: #fff;
  }

  .stage {
    position: relative;
    /* No narrower: the cropped part of the camera's picture would be lost for coming closer. */
    grid-row: 2;
    width: min(var(--frame-width, 100vw), var(--frame-height, var(--screen-height)));
    height: 100%;
    overflow: hidden;
  }

  video,
  .stage svg {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
  }

  video {
    object-fit: cover;
  }

  .mirrored video {
    transform: scaleX(-1);
  }

  .shade {
    fill: #0b1116b8;
  }

  .oval,
  .ring {
    fill: none;
    stroke: #ffffff80;
    stroke-width: 3;
  }

  .ring {
    stroke: #5fe3c4;
    stroke-width: 6;
    stroke-linecap: round;
    stroke-dasharray: 0 100;
    transition: stroke-dasharray 120ms linear;
  }

  .instruction,
  .hint {
    position: absolute;
    inset-inline: 1rem;
    margin: 0;
    text-align: center;
    text-wrap: balance;
    text-shadow: 0 0 6px #000;
  }

  .instruction {
    width: fit-content;
    margin-inline: auto;
    padding: 0.33em 0.66em;
    border-radius: 0.8rem;
    background: #0b1116cc;
    top: max(1.5rem, env(safe-area-inset-top));
    /* Follows the person's text size, but never covers the whole face. */
    font-size: min(1.5rem, 11vmin);
    font-weight: 650;
    line-height: 1.25;
  }

  .instruction:empty {
    visibility: hidden;
  }

  .hint {
    bottom: calc(max(1.25rem, env(safe-area-inset-bottom)) + 4.5rem);
    font-size: min(1rem, 8.5vmin);
    line-height: 1.3;
  }

  /* On a narrow screen the list of cameras takes a separate row. */
  @media (max-width: 30em) {
    .stage:has(select) .hint {
      bottom: calc(max(1.25rem, env(safe-area-inset-bottom)) + 8.25rem);
    }
  }

  /* Covers the stage until playback starts. */
  .tap {
    position: absolute;
    inset: 0;
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 1rem;
    /* Leaves room to scroll large text above the controls. */
    padding: 1rem 1rem 6rem;
    overflow-y: auto;
    text-align: center;
    background: #0b1116;
  }

  .tap::before,
  .tap::after {
    content: '';
    flex: 1;
  }

  .controls {
    position: absolute;
    inset-inline: 1rem;
    bottom: max(1.25rem, env(safe-area-inset-bottom));
    display: flex;
    flex-wrap: wrap-reverse;
    justify-content: center;
    gap: 0.75rem;
  }

  .controls > * {
    min-height: 3rem;
    max-width: 100%;
    padding: 0.6rem 1rem;
    border: 1px solid #fff;
    border-radius: 0.8rem;
    font: inherit;
    color: #fff;
    background: #0b1116a0;
  }

  option {
    color: #14202b;
    background: #fff;
  }

  .camera header {
    padding: 1rem 1.25rem 0.5rem;
    text-align: center;
  }

  /* Next to the camera's square if there is room. */
  @media (min-width: 78em) and (min-aspect-ratio: 3/2) {
    .camera header {
      position: absolute;
      inset-block-start: 0.5rem;
      inset-inline-start: 0.25rem;
      max-width: calc((100vw - var(--screen-height)) / 2 - 0.5rem);
      text-align: start;
    }
  }

  /* A phone in landscape: texts on one side of the picture, buttons on the other, so that neither covers the face. */
  .camera {
    container-type: size;
  }

  @container (max-height: 30em) and (min-aspect-ratio: 8/5) {
    .stage {
      --side-width: calc((100cqw - 100cqh) / 2);
      width: 100cqh;
      overflow: visible;
    }

    .camera .stage :is(.instruction, .hint, .controls) {
      width: calc(var(--side-width) - 0.5rem);
      margin-inline: 0;
    }

    .camera .stage :is(.instruction, .hint) {
      inset-inline: calc(0.25rem - var(--side-width)) auto;
      padding: 0.25em;
      hyphens: auto;
      overflow-wrap: anywhere;
    }

    .camera .stage .instruction {
      inset-block: 40% auto;
      translate: 0 -50%;
      font-size: min(1.25rem, 2.7cqw);
    }

    .camera .stage .hint {
      inset-block: auto max(0.25rem, env(safe-area-inset-bottom));
      font-size: min(1rem, 2.2cqw);
    }

    .camera .stage .controls {
      inset-inline: auto calc(0.25rem - var(--side-width));
    }

    .controls > * {
      padding: 0.5rem;
    }
  }

  /* --light is the current colour of the light challenge; without it the page is dark. Changes are short fades. */
  .camera.lit {
    background: var(--light, #0b1116) !important;
    transition: background-color 80ms linear;
  }

  .lit .shade {
    fill: var(--light, #0b1116);
    transition: fill 80ms linear;
  }

  .lit .instruction,
  .lit .controls > *,
  .camera.lit header:not(.visually-hidden) {
    background: #0b1116;
  }

  /* Two buttons and a line must fit next to one another here. */
  @media (max-height: 30em) {
    .lit .instruction {
      top: 0.25rem;
      font-size: min(1rem, 7vmin);
    }

    .lit .controls {
      bottom: 0.25rem;
      gap: 0.25rem;
    }

    .lit .controls > * {
      min-height: 2.75rem;
      padding: 0.2rem 0.5rem;
    }
  }

  /* On a low screen the picture matters more than a title. */
  @media (max-height: 36em) and (max-width: 77.9em) {
    .camera header {
      ${visuallyHidden}
    }
  }

  /* System colours, each with its own background: forced colours leave the picture behind unchanged. */
  @media (forced-colors: active) {
    .camera .stage :is(.instruction, .hint, .controls > *) {
      forced-color-adjust: none;
      color: CanvasText !important;
      background: Canvas;
      text-shadow: none;
    }

    .camera .stage :is(.instruction, .controls > *) {
      border: 2px solid CanvasText;
    }

    .camera .stage .hint {
      width: fit-content;
      margin-inline: auto;
      padding: 0.2em 0.5em;
    }

    .camera .stage .hint:empty {
      display: none;
    }
  }

  @media (prefers-reduced-motion: reduce) {
    .ring {
      transition: none;
    }
  }
`;
