'use client';

import { defineElement } from 'nearfar';
import { useEffect, useRef } from 'react';
import { show } from '../../shared/show.js';

export default function Page() {
  const element = useRef(null);
  useEffect(() => {
    show(element.current);
    defineElement();
  }, []);
  return <nearfar-liveness ref={element} />;
}
