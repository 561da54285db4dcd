// The component with an object among its props, a callback that changes with every render, and content in a slot.

import { Liveness } from 'nearfar/react';
import { useRef, useState } from 'react';

export function Component({ session, onReady, onError }) {
  const element = useRef(null);
  const [start, setStart] = useState('Off we go');
  return (
    <>
      <button type="button" onClick={() => setStart('Here we go')}>
        other words
      </button>
      <Liveness
        ref={element}
        className="check"
        sessionUrl={session}
        locale="en"
        messages={{ start }}
        startScreen={true}
        onError={onError}
        onReady={({ sessionId }) => onReady?.({ start, sessionId, tag: element.current.localName })}
      >
        <p slot="header">The shop</p>
      </Liveness>
    </>
  );
}
