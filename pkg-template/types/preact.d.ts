import type { HTMLAttributes } from 'preact';
import type { NearfarLivenessElement } from '../dist/types/npm/element.js';
import type { Tag, TagListeners } from './tag.js';

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'nearfar-liveness': Tag<HTMLAttributes<NearfarLivenessElement>, TagListeners>;
    }
  }
}
