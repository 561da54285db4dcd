import { createApp, h } from 'vue';
import Liveness from './Liveness.vue';

const query = new URLSearchParams(location.search);
globalThis.events = [];
const record = (name) => (detail) => globalThis.events.push({ name, ...detail });
createApp({
  render: () =>
    h(Liveness, {
      sessionUrl: query.get('session'),
      constraints: query.get('constraints'),
      locale: 'en',
      onComplete: record('complete'),
      onError: record('error'),
    }),
}).mount('#app');
