import { createApp, h } from 'vue';
import Liveness from './Liveness.vue';

const query = new URLSearchParams(location.search);
globalThis.events = [];
const tell = (name) => (detail) => globalThis.events.push({ name, ...detail });
createApp({
  render: () =>
    h(Liveness, {
      sessionUrl: query.get('session'),
      constraints: query.get('constraints'),
      locale: 'en',
      onComplete: tell('complete'),
      onError: tell('error'),
    }),
}).mount('#app');
