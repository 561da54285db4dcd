// Styles of drawings: icons, the animation of the start page, the progress ring, and the mark of the result.

import { css } from 'lit';

export const artStyle = css`
  .icon {
    flex: none;
    width: 5.5rem;
    height: 5.5rem;
    margin-bottom: var(--space-4);
    object-fit: contain;
    /* --art: readable on a configured background. */
    color: var(--art, var(--accent));
  }

  img.icon {
    border-radius: 50%;
    object-fit: cover;
  }

  .icon path {
    fill: none;
    stroke: currentColor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
  }

  .icon .disc,
  .art .ground {
    fill: currentColor;
    fill-opacity: 0.11;
  }

  .art {
    color: var(--art, var(--accent));
  }

  .art .case {
    fill: var(--ink);
  }

  .art .screen {
    fill: var(--card);
  }

  .art .head {
    fill: var(--soft);
  }

  .art .shoulders {
    fill: var(--soft);
    fill-opacity: 0.55;
  }

  .art .features {
    fill: none;
    stroke: var(--card);
    stroke-width: 3;
    stroke-linecap: round;
  }

  .art :is(.track, .arc) {
    fill: none;
    stroke: currentColor;
    stroke-width: 3.5;
  }

  .art .track {
    stroke-opacity: 0.3;
  }

  .hero .arc {
    stroke-dasharray: 100 100;
  }

  .art .dot {
    fill: currentColor;
    fill-opacity: 0.3;
  }

  .art .dot.done {
    fill-opacity: 1;
  }

  .art .sized {
    transform: scale(0.6);
    transform-origin: 140px 92px;
  }

  .photo {
    width: 100%;
    height: clamp(6rem, 30vh, 12rem);
    margin-bottom: var(--space-5);
  }

  .progress {
    width: 7rem;
    height: 8.25rem;
    margin-bottom: var(--space-5);
    color: var(--accent);
  }

  .progress .arc {
    stroke-linecap: round;
    transition: stroke-dasharray var(--calm);
  }

  /* A round end would show as a dot. */
  .progress .arc.at-0 {
    stroke-linecap: butt;
  }

  .mark {
    overflow: visible;
    color: var(--good);
  }

  .mark.bad {
    color: var(--bad);
  }

  .mark .disc {
    fill-opacity: 1;
  }

  .mark path {
    stroke: var(--paper);
    stroke-width: 2.4;
    stroke-dasharray: 1 1;
  }

  .pause {
    position: absolute;
    z-index: 1;
    inset-block-end: 0;
    inset-inline-end: 0;
    margin: 0;
    width: 2.75rem;
    height: 2.75rem;
    border-radius: var(--round);
    appearance: none;
    -webkit-appearance: none;
    display: grid;
    place-items: center;
    cursor: pointer;
  }

  .pause::before {
    content: '';
    width: 0.8rem;
    height: 0.9rem;
    border: solid var(--soft);
    border-width: 0 0.25rem;
  }

  .pause:checked::before {
    border-width: 0.45rem 0 0.45rem 0.8rem;
    border-color: transparent var(--soft);
    width: 0;
    height: 0;
  }

  .pause:checked ~ svg * {
    animation-play-state: paused;
  }

  @media (prefers-reduced-motion: reduce) {
    .pause {
      display: none;
    }
  }

  @media (prefers-reduced-motion: no-preference) {
    .hero .frame {
      animation: frame-size 7s ease-in-out infinite;
    }

    .hero .person {
      animation: person-size 7s ease-in-out infinite;
    }

    .hero .arc {
      animation: ring-fill 7s linear infinite;
    }

    .hero .dot {
      animation: first-done 7s step-end infinite;
    }

    .hero .dot.second {
      animation-name: second-done;
    }

    .progress .waits {
      animation: turn 2.4s linear infinite;
    }

    .mark .disc {
      transform-origin: 12px 12px;
      animation: pop var(--calm) cubic-bezier(0.2, 1.4, 0.4, 1) both;
    }

    .mark path {
      animation: draw var(--calm) 200ms ease-out both;
    }
  }

  @keyframes frame-size {
    0%,
    32%,
    100% {
      transform: scale(0.6);
    }
    42%,
    93% {
      transform: none;
    }
  }

  @keyframes person-size {
    0%,
    40%,
    100% {
      transform: scale(0.6);
    }
    56%,
    93% {
      transform: none;
    }
  }

  @keyframes ring-fill {
    0%,
    8% {
      stroke-dashoffset: 100;
    }
    27%,
    31.9% {
      stroke-dashoffset: 0;
    }
    32%,
    58% {
      stroke-dashoffset: 100;
    }
    77%,
    93% {
      stroke-dashoffset: 0;
    }
    93.1%,
    100% {
      stroke-dashoffset: 100;
    }
  }

  @keyframes first-done {
    0% {
      fill-opacity: 0.3;
    }
    27%,
    100% {
      fill-opacity: 1;
    }
  }

  @keyframes second-done {
    0% {
      fill-opacity: 0.3;
    }
    77%,
    100% {
      fill-opacity: 1;
    }
  }

  @keyframes turn {
    to {
      stroke-dashoffset: -100;
    }
  }

  @keyframes pop {
    from {
      transform: scale(0.5);
      opacity: 0;
    }
  }

  @keyframes draw {
    from {
      stroke-dashoffset: 1;
    }
  }
`;
