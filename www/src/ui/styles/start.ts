// Styles of the start page.

import { css } from 'lit';

export const startStyle = css`
  .start {
    flex: 1 0 auto;
    width: min(100%, 30rem);
    margin-inline: auto;
    display: flex;
    flex-direction: column;
    gap: var(--space-5);
    background-color: inherit;
  }

  .start .main {
    flex: 1 0 auto;
    display: flex;
    flex-direction: column;
    background-color: inherit;
  }

  /* Content that receives the focus or is scrolled to stays clear of the button. */
  .main > :not(.sticky),
  .main > :not(.sticky) * {
    scroll-margin-block: var(--space-4) 9.5rem;
  }

  .main > .sticky {
    margin-block-start: auto;
    margin-inline: 0;
    width: 100%;
    background-color: inherit;
  }

  /* On a low screen the button would cover too much of the text. */
  @media (min-height: 22rem) {
    .main > .sticky {
      position: sticky;
      bottom: 0;
    }

    /* The text fades out above the button. */
    .main > .sticky::before {
      content: '';
      position: absolute;
      inset: -1rem 0 100%;
      background-color: inherit;
      pointer-events: none;
      -webkit-mask-image: linear-gradient(transparent, #000);
      mask-image: linear-gradient(transparent, #000);
    }
  }

  .tips {
    margin: var(--space-3) 0 var(--space-4);
    padding: 0;
    list-style: none;
  }

  .tips li {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    margin-block: var(--space-2);
  }

  .tips .icon,
  .tips img {
    flex: none;
    width: 2.5rem;
    height: 2.5rem;
    margin: 0;
    object-fit: contain;
  }

  button > img {
    width: 2rem;
    height: 2rem;
    margin-inline-end: var(--space-3);
    object-fit: contain;
  }

  .main > .check {
    margin-bottom: var(--space-3);
  }

  .main > details {
    margin-bottom: var(--space-3);
  }

  .badge {
    display: flex;
    align-items: center;
    gap: var(--space-2);
    align-self: flex-start;
    margin-bottom: var(--space-3);
    padding: var(--space-1) var(--space-3);
    border: 1px dashed currentColor;
    border-radius: 2rem;
    font-size: var(--text-small);
    font-weight: 600;
  }

  .center > .badge {
    align-self: center;
  }

  .hero {
    position: relative;
    margin-block: 0 var(--space-5);
    padding: var(--space-4) var(--space-4) 0;
    border-radius: var(--round-large);
    overflow: hidden;
  }

  .hero::before {
    content: '';
    position: absolute;
    inset: 0;
    background: var(--art, var(--accent));
    opacity: 0.11;
  }

  .start > .hero {
    margin-bottom: 0;
  }

  .hero svg {
    display: block;
    position: relative;
    width: 100%;
    height: clamp(5rem, 25vh, 10rem);
  }

  @container (min-width: 40rem) {
    .start {
      flex: none;
      margin-block: auto;
    }
  }

  /* A phone in landscape. */
  @media (max-height: 30rem) {
    @container (min-width: 33rem) {
      .start {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 10rem;
        align-items: start;
        width: min(100%, 44rem);
      }

      .start > .hero {
        order: 1;
      }
    }
  }

  .phone {
    max-width: 100%;
    display: flex;
    flex-direction: column;
    padding: var(--space-5);
    border: 1px solid var(--line);
    border-radius: var(--round-large);
    background: var(--card);
  }

  .phone h2 {
    margin: 0 0 var(--space-2);
    font-size: 1.3rem;
  }

  /* Beside the text: the animation, or the panel for a phone. */
  @container (min-width: 52rem) {
    .start {
      --text-title: 2.25rem;
      flex: none;
      display: grid;
      grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
      align-items: center;
      gap: var(--space-6);
      width: min(100%, 64rem);
      padding-block: var(--space-5);
    }

    .start > .hero {
      order: 1;
    }

    .start > .hero svg {
      height: min(28rem, 60vh);
    }
  }
`;
