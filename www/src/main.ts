// With a session's token in its address the page is the journey of that session, without one the demo.

import '../style.css';

const hasToken = new URL(location.href).searchParams.has('token');
await (hasToken ? import('./journey/element.js') : import('./demo.js'));
