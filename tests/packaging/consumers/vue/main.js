import { createApp, h } from 'vue';
import Liveness from './Liveness.vue';

const query = new URLSearchParams(location.search);
globalThis.told = [];
const tell = (name) => (detail) => globalThis.told.push({ name, ...detail });
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
