// <Liveness>: <nearfar-liveness> as a component of Vue 3. Its types are in vue.d.ts.

import { camelize, defineComponent, h, onBeforeUnmount, onMounted, onUpdated, shallowRef, toRaw } from 'vue';
import { ATTRIBUTE_NAMES, connect, EVENT_NAMES, setProperties } from './dist/frameworks.js';

export const Liveness = defineComponent({
  name: 'NearfarLiveness',
  // Without types, so that Vue converts no value.
  props: Object.fromEntries(ATTRIBUTE_NAMES.map((name) => [name, null])),
  emits: EVENT_NAMES.map(camelize),
  setup(props, { emit, expose, slots }) {
    const element = shallowRef(null);
    let disconnect;
    // The worker cannot receive Vue's proxies.
    const set = () => {
      const values = Object.entries(props).map(([name, value]) => [name, toRaw(value)]);
      setProperties(element.value, Object.fromEntries(values));
    };
    // Vue calls it in the task that inserts the element, so the element begins with all its properties.
    onMounted(() => {
      set();
      disconnect = connect(element.value, (name, detail) => emit(camelize(name), detail));
    });
    onUpdated(set);
    onBeforeUnmount(() => disconnect?.());
    expose({ element });
    return () => h('nearfar-liveness', { ref: element }, slots.default?.());
  },
});
