// With a session's token in its address the page is the journey of that session, without one the demo.

import '../style.css';

const template = document.querySelector<HTMLTemplateElement>('#demo');
const token = new URL(location.href).searchParams.get('token');
if (token) {
  await import('./journey/element.js');
  document.body.append(document.createElement('nearfar-journey'));
} else if (template) {
  document.body.append(template.content);
  document.body.dataset.view = 'start';
  await import('./demo.js');
}
