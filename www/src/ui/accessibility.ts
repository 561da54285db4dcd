// Instructions for those who do not look: spoken, and felt. And no coloured light for those whom it hurts. All are off
// until somebody wants them.

import { storage } from '../lib/storage.js';

const KEPT = { speak: 'nearfar-speak', vibrate: 'nearfar-vibrate', calm: 'nearfar-calm' } as const;
const BUZZ_MS = 60;

/** What can be wished for here. */
export type Help = keyof typeof KEPT;

/** A voice of this device: others would send the text elsewhere. */
function localVoice(language: string): SpeechSynthesisVoice | undefined {
  const base = (tag: string) => tag.split(/[-_]/)[0]?.toLowerCase();
  const voices = globalThis.speechSynthesis?.getVoices() ?? [];
  return voices.find((voice) => voice.localService && base(voice.lang) === base(language));
}

/** Tells whenever other voices are there: browsers load them only when they are first asked for. */
export function onVoices(tell: () => void, signal: AbortSignal): void {
  globalThis.speechSynthesis?.addEventListener?.('voiceschanged', tell, { signal });
}

/** Whether this device can do it. */
export function offers(help: Help, language: string): boolean {
  if (help === 'calm') return true;
  return help === 'speak' ? localVoice(language) !== undefined : 'vibrate' in navigator;
}

export function isWished(help: Help): boolean {
  return storage.read(KEPT[help]) === '1';
}

/** Kept for this tab alone. */
export function wish(help: Help, on: boolean): void {
  storage.write(KEPT[help], on ? '1' : null);
}

/** Says an instruction in the ways that were wished for; what was being said before is cut short. */
export function voice(text: string, language: string): void {
  if (isWished('vibrate')) navigator.vibrate?.(BUZZ_MS);
  const speaker = isWished('speak') ? localVoice(language) : undefined;
  if (!speaker) return;
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.voice = speaker;
  utterance.lang = speaker.lang;
  speechSynthesis.cancel();
  speechSynthesis.speak(utterance);
}
