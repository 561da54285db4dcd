// With a session's token or a cross-device link in its address the page is the journey, else the demo.

import '../style.css';
import { linkOf } from './journey/second.js';

const address = new URL(location.href);
const isJourney = address.searchParams.has('token') || linkOf(address) !== null;
await (isJourney ? import('./journey/hosted.js') : import('./demo.js'));
