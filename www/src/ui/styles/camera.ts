// Styles of the camera page: dark in every colour scheme, so that the picture stands out. Before there is a picture, it
// has the colours of the other pages.

import { css } from 'lit';
import { visuallyHidden } from './base.js';

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

  [data-layout='side'] .step,
  [data-layout='side'] .controls > * {
    padding-inline: 0.4em;
    font-size: min(1rem, 4.6vmin);
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
