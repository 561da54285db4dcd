// The component in Vue, rendered here or on a server.

import { createApp, createSSRApp } from 'vue';
import { Component } from './component.js';

const query = new URLSearchParams(location.search);
globalThis.ready = [];
globalThis.errors = [];
const props = {
  session: query.get('session'),
  onReady: (event) => globalThis.ready.push(event),
  onError: (failure) => globalThis.errors.push(failure),
};
const app = document.querySelector('#app');
const html = query.get('html');
app.innerHTML = html ?? '';
(html ? createSSRApp : createApp)(Component, props).mount(app);
