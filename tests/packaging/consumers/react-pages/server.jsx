import { StrictMode } from 'react';
import { renderToString } from 'react-dom/server';
import { Component } from './component.jsx';

console.log(
  renderToString(
    <StrictMode>
      <Component session={process.argv[2]} />
    </StrictMode>,
  ),
);
