import { defineElement } from 'nearfar';
import { show } from '../shared/show.js';

defineElement();
show(document.createElement('nearfar-liveness'), document.body);
