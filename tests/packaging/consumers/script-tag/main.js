import { show } from './shared/show.js';

show(document.createElement('nearfar-liveness'), document.body);
