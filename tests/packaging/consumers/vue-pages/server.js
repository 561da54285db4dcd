import { createSSRApp } from 'vue';
import { renderToString } from 'vue/server-renderer';
import { Component } from './component.js';

console.log(await renderToString(createSSRApp(Component, { session: process.argv[2] })));
