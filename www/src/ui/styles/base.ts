// Layout, text and controls of every page but the camera's.

import { css } from 'lit';

/** Hides an element visually but keeps it for screen readers. */
export const visuallyHidden = css`
  position: absolute;
  width: 1px;
  height: 1px;
  margin: -1px;
  padding: 0;
  overflow: hidden;
  clip-path: inset(50%);
`;

export const baseStyle = css`
  :host {
    display: block;
    min-height: var(--height);
    color: var(--ink);
    background-color: var(--paper);
  }

  * {
    box-sizing: border-box;
  }

  main {
    background-color: inherit;
  }

  .page {
    min-height: var(--height);
    padding: max(var(--space-4), env(safe-area-inset-top)) max(1.25rem, env(safe-area-inset-right)) 0
      max(1.25rem, env(safe-area-inset-left));
    display: flex;
    flex-direction: column;
    overflow-wrap: anywhere;
    background-color: inherit;
    /* For columns by the width of the page or the element, not of the window. */
    container-type: inline-size;
  }

  /* The content fills the page, so that the buttons are at the bottom, in reach of a thumb. */
  .body {
    flex: 1 0 auto;
    width: min(100%, 30rem);
    margin-inline: auto;
    padding-block: var(--space-4);
    display: flex;
    flex-direction: column;
    justify-content: center;
  }

  .center {
    align-items: center;
    text-align: center;
  }

  .buttons {
    width: min(100%, 30rem);
    margin-inline: auto;
    padding-block: var(--space-3) max(1.25rem, env(safe-area-inset-bottom));
    display: flex;
    flex-direction: column;
    gap: var(--space-3);
    text-align: center;
  }

  .buttons > p {
    margin: 0;
  }

  @container (min-width: 40rem) {
    .body {
      flex: none;
    }

    /* Centers content and buttons together, below the logo. */
    .page > .brand {
      margin-block-end: auto;
    }

    .page > .buttons:last-child {
      margin-block-end: auto;
    }

    .page > :is(.center, .center + .buttons) {
      width: min(100%, 26rem);
    }
  }

  .brand img {
    display: block;
    max-width: 12rem;
    height: 2rem;
    object-fit: contain;
    object-position: 0 50%;
  }

  [dir='rtl'] .brand img {
    object-position: 100% 50%;
  }

  h1 {
    margin: 0 0 var(--space-2);
    font-size: var(--text-title);
    font-weight: 700;
    line-height: 1.15;
    letter-spacing: -0.015em;
    text-wrap: balance;
    hyphens: auto;
  }

  h1.small {
    font-size: 1.35rem;
  }

  h1:focus {
    outline: none;
  }

  p {
    margin: 0 0 var(--space-3);
  }

  .lead {
    font-size: var(--text-lead);
  }

  .center > p {
    text-wrap: balance;
  }

  .note,
  .lead {
    color: var(--soft);
  }

  .note {
    font-size: var(--text-small);
  }

  .lines {
    white-space: pre-line;
  }

  a {
    color: inherit;
    text-underline-offset: 0.15em;
  }

  .card {
    width: 100%;
    margin: var(--space-2) 0 var(--space-3);
    padding: var(--space-3) var(--space-4);
    border: 1px solid var(--line);
    border-radius: var(--round);
  }

  .card > :last-child {
    margin-bottom: 0;
  }

  button,
  .button {
    min-height: var(--control);
    max-width: 100%;
    padding: 0.7rem 1.4rem;
    /* Visible with forced colours, which remove the background. */
    border: 1px solid transparent;
    border-radius: var(--round);
    font: inherit;
    font-weight: 600;
    line-height: 1.3;
    color: var(--on-accent);
    background: var(--accent);
    cursor: pointer;
    touch-action: manipulation;
    transition: filter var(--quick);
  }

  @media (hover: hover) {
    :is(button, .button):hover {
      filter: brightness(1.12);
    }
  }

  :is(button, .button):active {
    filter: brightness(0.92);
  }

  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    text-align: center;
  }

  .page select {
    width: 100%;
    min-height: var(--control);
    margin-bottom: var(--space-3);
    padding: 0.6rem 1rem;
    border: 1px solid currentColor;
    border-radius: var(--round);
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
    border-color: currentColor;
  }

  button.text {
    min-height: 2.75rem;
    padding: 0.4rem 0.8rem;
    color: inherit;
    background: none;
    font-size: var(--text-small);
    text-decoration: underline;
    text-underline-offset: 0.2em;
  }

  /* Not only a border: the main button is the filled one. */
  @media (forced-colors: active) {
    :is(button:not(.quiet, .text), .button) {
      forced-color-adjust: none;
      border-color: ButtonText;
      color: ButtonFace !important;
      background: ButtonText !important;
    }
  }

  .links {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 0 var(--space-2);
  }

  .button:focus-within {
    outline: 3px solid var(--ink);
    outline-offset: 3px;
    box-shadow: 0 0 0 3px var(--paper);
  }

  /* A separate rule: Safari supports :focus-visible from 15.4 and draws its own ring before that. */
  :is(button, input, select, summary, a):focus-visible {
    outline: 3px solid var(--ink);
    outline-offset: 3px;
    /* One of the two colours is visible on any background: the camera's picture or a configured one. */
    box-shadow: 0 0 0 3px var(--paper);
  }

  .check {
    display: flex;
    gap: var(--space-3);
    padding: var(--space-3) var(--space-4);
    align-items: center;
    border: 1px solid var(--line);
    border-radius: var(--round);
    cursor: pointer;
  }

  .check input {
    flex: none;
    width: 1.4rem;
    height: 1.4rem;
    margin: 0;
    accent-color: var(--accent);
  }

  details .check {
    padding-inline: 0;
    border: 0;
  }

  summary {
    padding: var(--space-3) 0;
    border-radius: var(--round);
    cursor: pointer;
  }

  .page .code,
  .page .number {
    border: 1px solid var(--line);
    border-radius: var(--round-large);
  }

  .page .code {
    width: min(100%, 15rem, max(11rem, 38vh));
    margin-block: var(--space-2) var(--space-4);
  }

  .number {
    margin-block: var(--space-3) var(--space-4);
    padding: var(--space-3) var(--space-6);
    font-size: 3.5rem;
    font-weight: 700;
    line-height: 1.2;
    letter-spacing: 0.1em;
    /* The space after the last digit would move the number off the middle. */
    text-indent: 0.1em;
    font-variant-numeric: tabular-nums;
    background: var(--card);
  }

  .link {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2);
    width: 100%;
    margin-bottom: var(--space-3);
  }

  .link input {
    flex: 1 1 9rem;
    min-width: 0;
    min-height: var(--control);
    padding-inline: 0.8rem;
    border: 1px solid var(--soft);
    border-radius: var(--round);
    font: inherit;
    color: inherit;
    background: none;
  }

  .link button {
    flex: 1 1 auto;
  }

  .face {
    width: 7rem;
    height: 7rem;
    margin-bottom: var(--space-4);
    border-radius: 50%;
    object-fit: cover;
  }

  .face.mirrored {
    transform: scaleX(-1);
  }

  .visually-hidden,
  .camera header.visually-hidden {
    ${visuallyHidden}
  }

  /* A phone in landscape. */
  @media (max-height: 30rem) {
    .center > .icon {
      width: 3.5rem;
      height: 3.5rem;
      margin-bottom: var(--space-2);
    }

    .body,
    .buttons {
      padding-block: var(--space-2);
    }

    .body {
      width: min(100%, 36rem);
    }

    .page > .buttons {
      width: min(100%, 36rem);
      flex-flow: row wrap;
      justify-content: center;
    }

    .page > .buttons > :is(button, .button) {
      flex: 1 1 12rem;
    }
  }

  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
    }
  }
`;
