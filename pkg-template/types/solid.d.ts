import type { JSX } from 'solid-js';
import type { NearfarLivenessElement } from '../dist/types/npm/element.js';
import type { Tag, TagListeners } from './tag.js';

declare module 'solid-js' {
  namespace JSX {
    interface IntrinsicElements {
      'nearfar-liveness': Tag<JSX.HTMLAttributes<NearfarLivenessElement>, TagListeners<'on:'>>;
    }
  }
}
