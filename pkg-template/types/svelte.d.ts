import type { HTMLAttributes } from 'svelte/elements';
import type { NearfarLivenessElement } from '../dist/types/npm/element.js';
import type { Tag, TagListeners } from './tag.js';

declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    'nearfar-liveness': Tag<HTMLAttributes<NearfarLivenessElement>, TagListeners>;
  }
}
