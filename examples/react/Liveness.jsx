import { defineElement } from 'nearfar';
import { useEffect, useLayoutEffect, useRef } from 'react';

/**
 * The whole check. `sessionUrl` is the address that your back end got from Get Token; `onComplete` receives the result of
 * each attempt. All other props become properties of the element, such as `messages` or `startScreen`.
 */
export function Liveness({ sessionUrl, onComplete, onError, ...properties }) {
  const element = useRef(null);
  useEffect(() => {
    defineElement();
  }, []);
  // Set properties by hand: until the element is defined, React does not know them and writes attributes instead, an
  // object as `[object Object]`. The element accepts properties at any time.
  useLayoutEffect(() => {
    Object.assign(element.current, { sessionUrl, ...properties });
  });
  useEffect(() => {
    const { current } = element;
    const ended = new AbortController();
    const { signal } = ended;
    current.addEventListener('complete', ({ detail }) => onComplete?.(detail), { signal });
    current.addEventListener('error', ({ detail }) => onError?.(detail), { signal });
    return () => ended.abort();
  }, [onComplete, onError]);
  return <nearfar-liveness ref={element} />;
}
