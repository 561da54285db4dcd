// The component with an object among its props, a listener that uses the current state, and content in a slot.

import { Liveness } from 'nearfar/vue';
import { h, reactive, ref } from 'vue';

export const Component = {
  props: ['session', 'onReady', 'onError'],
  setup(props) {
    const liveness = ref(null);
    const messages = reactive({ start: 'Off we go' });
    const change = () => Object.assign(messages, { start: 'Here we go' });
    const ready = ({ sessionId }) =>
      props.onReady?.({ start: messages.start, sessionId, tag: liveness.value.element.localName });
    return () => [
      h('button', { type: 'button', onClick: change }, 'other words'),
      h(
        Liveness,
        {
          ref: liveness,
          class: 'check',
          sessionUrl: props.session,
          locale: 'en',
          messages: { ...messages },
          startScreen: true,
          onReady: ready,
          onError: props.onError,
        },
        { default: () => h('p', { slot: 'header' }, 'The shop') },
      ),
    ];
  },
};
