import { createCapture } from 'nearfar';

const [video, hint, button] = ['video', 'p', 'button'].map((name) => document.querySelector(name));
const texts = { no_face: 'Show your face', too_far: 'Move closer', too_near: 'Move back', keep_still: 'Hold still' };
// Your back end gets the session's address from Get Token.
const { url: sessionUrl } = await (await fetch('/api/sessions', { method: 'POST' })).json();
const capture = await createCapture({
  video,
  sessionUrl,
  onProgress({ kind, share, seconds }) {
    if (kind === 'uploading') hint.textContent = `Sending: ${Math.round(100 * share)} %`;
    if (kind === 'waiting') hint.textContent = `No connection. Trying again in ${seconds} s.`;
  },
});
button.disabled = false;
button.onclick = async () => {
  button.hidden = true;
  try {
    await capture.start();
    for await (const { code } of capture) hint.textContent = texts[code] ?? 'Look straight at the camera';
    await capture.submit();
    const { passed, over } = await capture.verdict(); // For the person. Your back end asks the service.
    hint.textContent = passed ? 'You’re all set' : 'That didn’t work';
    button.hidden = over;
  } catch (error) {
    hint.textContent = error.message;
    button.hidden = !error.recoverable;
  }
};
