// The scripts of every page: search, colour scheme, menu, tabs, and buttons that copy code. All pages are readable
// without them.

import { addCopyButtons } from './copy.js';
import { addMenu } from './menu.js';
import { addSearch } from './search-dialog.js';
import { addTabs } from './tabs.js';
import { addThemeButton } from './theme-button.js';
import { addTocMarker } from './toc-marker.js';

addThemeButton();
addMenu();
addTabs();
addCopyButtons();
addTocMarker();
addSearch();
