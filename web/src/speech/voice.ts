/** Reading a sentence aloud: the browser's own voice if it has one for the language, else a sound from the server. */

import { type LiveSession, SpeechRefused } from '../live/session';

export type SpeechOutcome = 'spoken' | 'no_voice' | 'not_connected' | 'failed';

/** Some browsers fill their list of voices only after a moment. */
const VOICES_WAIT_MS = 400;

export async function speakSentence(
  text: string,
  language: string,
  session: LiveSession,
  player: HTMLAudioElement,
): Promise<SpeechOutcome> {
  const voice = await browserVoice(language);
  if (voice) {
    sayWith(voice, text);
    return 'spoken';
  }
  try {
    const url = new URL(await session.speak(), location.href);
    if (url.origin !== location.origin) return 'failed';
    player.src = url.href;
    await player.play();
    return 'spoken';
  } catch (error) {
    if (!(error instanceof SpeechRefused)) return 'failed';
    if (error.code === 'speech_unavailable') return 'no_voice';
    return error.code === 'not_connected' ? 'not_connected' : 'failed';
  }
}

function sayWith(voice: SpeechSynthesisVoice, text: string): void {
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.voice = voice;
  utterance.lang = voice.lang;
  speechSynthesis.cancel();
  speechSynthesis.speak(utterance);
}

async function browserVoice(language: string): Promise<SpeechSynthesisVoice | null> {
  if (typeof speechSynthesis === 'undefined') return null;
  let voices = speechSynthesis.getVoices();
  if (voices.length === 0) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, VOICES_WAIT_MS);
      speechSynthesis.addEventListener?.(
        'voiceschanged',
        () => {
          clearTimeout(timer);
          resolve();
        },
        { once: true },
      );
    });
    voices = speechSynthesis.getVoices();
  }
  return chooseVoice(voices, language);
}

/**
 * A voice for a language such as `vi` or `en-GB`. Voices on the device come first, because others send the text to a
 * company's server.
 */
export function chooseVoice<Voice extends Pick<SpeechSynthesisVoice, 'lang' | 'localService' | 'default'>>(
  voices: readonly Voice[],
  language: string,
): Voice | null {
  const base = primary(language);
  const fitting = voices.filter((voice) => primary(voice.lang) === base && voice.localService);
  const exact = fitting.find((voice) => voice.lang.toLowerCase() === language.toLowerCase());
  return exact ?? fitting.find((voice) => voice.default) ?? fitting[0] ?? null;
}

function primary(language: string): string {
  return language.toLowerCase().split(/[-_]/)[0] ?? '';
}
