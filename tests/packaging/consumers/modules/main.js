import { defineElement } from 'nearfar';
import './check.js';

defineElement();
