import { defineElement } from 'nearfar';
import { useEffect, useLayoutEffect, useRef } from 'react';

/**
 * The whole check. `sessionUrl` is what your back end got from Get Token; `onComplete` hears how an attempt ended. All
 * else is a property of the element, such as `messages` or `startScreen`.
 */
export function Liveness({ sessionUrl, onComplete, onError, ...properties }) {
  const element = useRef(null);
  useEffect(() => {
    defineElement();
  }, []);
  // By hand: until the element is defined, React knows none of its properties and would write each as an attribute, an
  // object as `[object Object]`. Properties count whenever they are set.
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
