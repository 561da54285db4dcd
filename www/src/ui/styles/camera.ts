// Styles of the camera page: dark in every colour scheme, so that the picture stands out. Before there is a picture, it
// has the colours of the other pages.

import { css } from 'lit';

export const cameraStyle = css`
  .camera {
    --dark: #0b1116;
    --right: #3ddc84;
    --gap: max(min(0.75rem, 12px), env(safe-area-inset-bottom));
    position: fixed;
    inset: 0;
    display: grid;
    grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
    color: var(--ink);
    background: var(--paper);
    overflow: hidden;
  }

  .camera.live {
    color: #fff;
    background: var(--dark);
    transition: background-color 300ms;
  }

  /* The picture fills a tall page. Texts share its place. */
  .stage,
  .message,
  .curtain,
  .foot {
    grid-area: 2 / 1;
    min-width: 0;
    min-height: 0;
  }

  .stage {
    position: relative;
    width: 100%;
    height: 100%;
    overflow: hidden;
    background: var(--dark);
    opacity: 0;
  }

  .live .stage {
    opacity: 1;
    transition: opacity 300ms;
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

  /* Changes with every frame: a layer of its own spares the shade. */
  .marks {
    will-change: transform;
  }

  .shade {
    fill: #0b1116;
    fill-opacity: 0.58;
    transition: fill-opacity 200ms;
  }

  /* A person who is too near sees the whole face. */
  [data-code='too_near'] .shade {
    fill-opacity: 0.25;
  }

  .held .shade {
    fill-opacity: 0.75;
  }

  .oval,
  .ring {
    fill: none;
    stroke: #fff;
    stroke-width: 3;
  }

  .oval {
    stroke-dasharray: 1.2 0.8;
  }

  [data-code='keep_still'] .oval {
    stroke: var(--right);
    stroke-width: 4;
    stroke-dasharray: none;
  }

  .ring {
    stroke: var(--right);
    stroke-width: 11;
    stroke-linecap: round;
    transition: stroke-dasharray 120ms linear;
  }

  .arrow {
    fill: #fff;
    stroke: #0b1116;
    stroke-width: 1.6;
    stroke-linejoin: round;
    paint-order: stroke;
  }

  .arrow:not([transform]),
  .held .arrow {
    display: none;
  }

  .arrow path {
    animation: nudge 600ms ease-in-out infinite alternate;
  }

  @keyframes nudge {
    from {
      transform: translateX(-1.5px);
    }
    to {
      transform: translateX(2.5px);
    }
  }

  .tick {
    opacity: 0;
    transition: opacity 200ms;
  }

  .tick circle {
    fill: var(--right);
    stroke: #0b1116;
    stroke-width: 2;
  }

  .tick path {
    fill: none;
    stroke: #0b1116;
    stroke-width: 4;
    stroke-linecap: round;
    stroke-linejoin: round;
    stroke-dasharray: 1;
  }

  .tick[data-shown] {
    opacity: 1;
    transition: none;
  }

  .tick[data-shown] path {
    animation: draw 300ms ease-out;
  }

  @keyframes draw {
    from {
      stroke-dashoffset: 1;
    }
  }

  /* The place of the instruction: above the oval, whose distance is --room. */
  .message {
    --top: max(min(0.75rem, 12px), env(safe-area-inset-top));
    align-self: start;
    height: calc(var(--room, 25%) - var(--top));
    margin: var(--top) max(0.75rem, env(safe-area-inset-right)) 0 max(0.75rem, env(safe-area-inset-left));
    /* Above the picture, which is positioned. */
    position: relative;
    visibility: hidden;
    pointer-events: none;
  }

  .live .message {
    visibility: visible;
  }

  .message > *,
  .foot > p {
    margin: 0 auto;
    width: fit-content;
    max-width: 100%;
    border-radius: 0.8rem;
    text-align: center;
    text-wrap: balance;
    color: #fff;
    background: #0b1116d9;
  }

  .instruction {
    padding: 0.3em 0.7em;
    /* Follows the person's text size as far as there is room. */
    font-size: max(15px, 1.5rem * var(--fit, 1));
    font-weight: 650;
    line-height: 1.25;
    min-width: 0;
  }

  /* Even the smallest font is too large for its longest word. */
  .instruction[data-tight] {
    hyphens: auto;
    overflow-wrap: anywhere;
  }

  .instruction:empty,
  .hint:empty {
    visibility: hidden;
  }

  .foot {
    position: relative;
    align-self: end;
    margin: 0 max(0.75rem, env(safe-area-inset-right)) var(--gap) max(0.75rem, env(safe-area-inset-left));
  }

  /* Over the lower part of the picture, which is free while hints are shown. */
  .foot .hint {
    position: absolute;
    inset: auto 0 calc(100% + 0.5rem);
    padding: 0.35em 0.7em;
    font-size: min(1rem, 7vmin);
    line-height: 1.35;
  }

  .foot .step {
    margin-bottom: min(0.5rem, 8px);
    padding: 0.05em 0.8em;
    border-radius: 2em;
    font-size: min(0.95rem, 6vmin);
    font-weight: 600;
  }

  .controls {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: min(0.5rem, 8px);
  }

  .controls > * {
    min-height: min(3rem, 56px);
    max-width: 100%;
    padding: 0.4em 0.9em;
    border: 1px solid currentColor;
    border-radius: min(var(--round), 16px);
    font: inherit;
    /* Follows the person's text size as long as the buttons fit below the oval. */
    font-size: min(1rem, 5.5vmin);
    font-weight: 600;
    color: inherit;
    background: none;
  }

  .live .controls > * {
    background: #0b1116b0;
  }

  /* The list of cameras: a button with an icon, which the list itself covers. */
  .controls > .switch {
    position: relative;
    width: min(3rem, 56px);
    padding: 0;
  }

  .switch:focus-within {
    outline: 3px solid currentColor;
    outline-offset: 3px;
  }

  .switch select {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    border: 0;
    opacity: 0;
    cursor: pointer;
  }

  .switch svg {
    position: absolute;
    inset: 20%;
    width: 60%;
    height: 60%;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.8;
    stroke-linecap: round;
    stroke-linejoin: round;
    pointer-events: none;
  }

  option {
    color: #14202b;
    background: #fff;
  }
`;
