// Larger drawings: the animation of the start page, the two photos, and the progress ring.

import { html, nothing, type SVGTemplateResult, svg, type TemplateResult } from 'lit';

/** Clockwise from twelve o'clock. */
const OVAL = 'M140 53a29 39 0 0 1 0 78a29 39 0 0 1 0-78';

/** A head and shoulders in the middle of a 280 by 200 picture. */
const PERSON = svg`
  <path class="shoulders" d="M88 300V196c0-38 24-54 52-54s52 16 52 54v104z"></path>
  <ellipse class="head" cx="140" cy="92" rx="23" ry="31"></ellipse>
  <path class="features" d="M131.5 87v1M148.5 87v1M133 104q7 5 14 0"></path>`;

/** A phone with a picture on its screen. */
const phone = (content: SVGTemplateResult): SVGTemplateResult => svg`
  <clipPath id="screen"><rect x="98" y="15" width="84" height="170" rx="12"></rect></clipPath>
  <rect class="case" x="92" y="9" width="96" height="182" rx="18"></rect>
  <rect class="screen" x="98" y="15" width="84" height="170" rx="12"></rect>
  <g clip-path="url(#screen)">${content}</g>`;

/**
 * What will happen: a face in an oval, from far to near. A still picture where motion is not wanted. A checkbox pauses
 * it (WCAG 2.2.2).
 */
export function journeyAnimation(pauseLabel: string): TemplateResult {
  return html`
    <div class="hero">
      <input class="pause" type="checkbox" aria-label=${pauseLabel}>
      <svg class="art" viewBox="80 0 120 154" aria-hidden="true">
        ${phone(svg`
          <g class="sized person">${PERSON}</g>
          <path class="track" d=${OVAL} stroke-dasharray="3 5"></path>
          <g class="sized frame"><path class="arc" d=${OVAL} pathLength="100"></path></g>
          <circle class="dot done" cx="133.5" cy="29" r="3.5"></circle>
          <circle class="dot second" cx="146.5" cy="29" r="3.5"></circle>`)}
      </svg>
    </div>`;
}

/** A photo of somebody who is far or near. */
export function photoDrawing(stage: 'far' | 'near'): TemplateResult {
  return html`
    <svg class="art photo" viewBox="70 0 140 200" aria-hidden="true">
      ${phone(svg`<g class=${stage === 'far' ? 'sized' : ''}>${PERSON}</g>`)}
    </svg>`;
}

/** A ring around a face that fills; it turns where the duration is unknown (`share` null). */
export function progressRing(label: string, share: number | null, accent?: string): TemplateResult {
  const percent = share === null ? null : Math.round(100 * share);
  const dashes = percent === null ? '24 76' : `${percent} 100`;
  const state = percent === null ? 'waits' : percent === 0 ? 'at-0' : '';
  return html`
    <svg class="art progress" role="progressbar" aria-label=${label} aria-valuenow=${percent ?? nothing} aria-valuemin="0" aria-valuemax="100" data-accent=${accent ?? nothing} viewBox="104 46 72 92">
      ${PERSON_IN_OVAL}
      <path class="track" d=${OVAL}></path>
      ${svg`<path class="arc ${state}" d=${OVAL} pathLength="100" stroke-dasharray=${dashes}></path>`}
    </svg>`;
}

const PERSON_IN_OVAL = svg`
  <clipPath id="oval"><path d=${OVAL}></path></clipPath>
  <g clip-path="url(#oval)"><path class="ground" d=${OVAL}></path><g class="sized">${PERSON}</g></g>`;
