// Accessibility options: spoken instructions, vibration, no coloured light, more time. All are off unless the person or
// the account turns them on.

import type { SessionView } from '../api/openapi.js';
import { storage } from '../lib/storage.js';

const STORAGE_KEYS = {
  speak: 'nearfar-speak',
  vibrate: 'nearfar-vibrate',
  calm: 'nearfar-calm',
  moreTime: 'nearfar-more-time',
} as const;
const VIBRATION_MS = 60;
/** A picture was taken: felt by everyone, and twice by a person who wants vibration, unlike an instruction. */
const PICTURE_VIBRATION_MS = 30;
const PICTURE_VIBRATIONS_MS = [60, 80, 60];

/** An option that the person can enable. */
export type AccessibilityOption = keyof typeof STORAGE_KEYS;

/** A voice of this device: any other would send the text to a server. */
function localVoice(language: string): SpeechSynthesisVoice | undefined {
  const base = (tag: string) => tag.split(/[-_]/)[0]?.toLowerCase();
  const voices = globalThis.speechSynthesis?.getVoices() ?? [];
  return voices.find((voice) => voice.localService && base(voice.lang) === base(language));
}

/** Calls `onChange` when the list of voices changes: browsers load it after the first request. */
export function onVoicesChanged(onChange: () => void, signal: AbortSignal): void {
  globalThis.speechSynthesis?.addEventListener?.('voiceschanged', onChange, { signal });
}

/** Whether this device supports the option. */
export function isAvailable(option: AccessibilityOption, language: string): boolean {
  if (option === 'calm' || option === 'moreTime') return true;
  return option === 'speak' ? localVoice(language) !== undefined : 'vibrate' in navigator;
}

export function isEnabled(option: AccessibilityOption): boolean {
  return storage.read(STORAGE_KEYS[option]) === '1';
}

/** Stores the choice for this tab only. */
export function setEnabled(option: AccessibilityOption, on: boolean): void {
  storage.write(STORAGE_KEYS[option], on ? '1' : '0');
}

/** Whether the person takes more time, as far as the account allows it. */
export function hasMoreTime(session: Pick<SessionView, 'accessibility'> | null): boolean {
  return session?.accessibility !== 'off' && isEnabled('moreTime');
}

/** Whether the person could still choose more time. */
export function offersMoreTime(session: Pick<SessionView, 'accessibility'> | null): boolean {
  return session?.accessibility === 'offer' && !isEnabled('moreTime');
}

/** Enables an option unless the person has already chosen in this tab. */
export function enableByDefault(option: AccessibilityOption): void {
  if (storage.read(STORAGE_KEYS[option]) === null) setEnabled(option, true);
}

/** Speaks an instruction and vibrates, each if enabled; interrupts the instruction before it. */
export function speakAndVibrate(text: string, language: string): void {
  if (isEnabled('vibrate')) navigator.vibrate?.(VIBRATION_MS);
  speak(text, language);
}

/** Vibrates because a picture was taken, also without the option: shorter then. */
export function vibrateForPicture(): void {
  // Without a touch Chrome refuses it and logs an error.
  if (navigator.userActivation?.hasBeenActive === false) return;
  navigator.vibrate?.(isEnabled('vibrate') ? PICTURE_VIBRATIONS_MS : PICTURE_VIBRATION_MS);
}

/** Speaks a text if enabled; interrupts the one before it. */
export function speak(text: string, language: string): void {
  const voice = isEnabled('speak') ? localVoice(language) : undefined;
  if (!voice) return;
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.voice = voice;
  utterance.lang = voice.lang;
  speechSynthesis.cancel();
  speechSynthesis.speak(utterance);
}
