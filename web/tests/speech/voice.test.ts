import { afterEach, describe, expect, it, vi } from 'vitest';
import { type LiveSession, SpeechRefused } from '../../src/live/session';
import { chooseVoice, speakSentence } from '../../src/speech/voice';

const voice = (lang: string, localService = true, isDefault = false) => ({
  lang,
  localService,
  default: isDefault,
});

afterEach(() => vi.unstubAllGlobals());

describe('choosing a voice', () => {
  it('takes one for the language, whatever the country', () => {
    const vietnamese = voice('vi-VN');
    expect(chooseVoice([voice('en-US'), vietnamese], 'vi')).toBe(vietnamese);
    expect(chooseVoice([voice('en_GB')], 'en')?.lang).toBe('en_GB');
  });
  it('prefers the exact country, then the default', () => {
    const voices = [voice('en-US'), voice('en-GB'), voice('en-AU', true, true)];
    expect(chooseVoice(voices, 'en-GB')?.lang).toBe('en-GB');
    expect(chooseVoice(voices, 'en')?.lang).toBe('en-AU');
  });
  it('takes none that would send the words to another server', () => {
    expect(chooseVoice([voice('km-KH', false)], 'km')).toBeNull();
  });
  it('takes no other language', () => {
    expect(chooseVoice([voice('en-US')], 'km')).toBeNull();
  });
});

describe('speaking', () => {
  const player = () => {
    const play = vi.fn(async () => undefined);
    return { src: '', play } as unknown as HTMLAudioElement & { play: typeof play };
  };
  const sessionThat = (speak: () => Promise<string>) => ({ speak }) as unknown as LiveSession;
  const refused = (code: string) => sessionThat(() => Promise.reject(new SpeechRefused(code)));

  it('uses the browser’s voice first', async () => {
    const speak = vi.fn();
    vi.stubGlobal('speechSynthesis', { getVoices: () => [voice('en-US')], speak, cancel: vi.fn() });
    vi.stubGlobal(
      'SpeechSynthesisUtterance',
      class {
        constructor(readonly text: string) {}
      },
    );
    expect(await speakSentence('hello', 'en', refused('not_connected'), player())).toBe('spoken');
    expect(speak.mock.calls[0]?.[0].text).toBe('hello');
  });

  it('plays the server’s sound where the browser has no voice', async () => {
    vi.stubGlobal('speechSynthesis', undefined);
    const audio = player();
    expect(
      await speakSentence(
        'x',
        'km',
        sessionThat(async () => '/api/v1/speech/a.wav'),
        audio,
      ),
    ).toBe('spoken');
    expect(audio.src).toBe(`${location.origin}/api/v1/speech/a.wav`);
    expect(audio.play).toHaveBeenCalledOnce();
  });

  it('plays nothing from elsewhere', async () => {
    vi.stubGlobal('speechSynthesis', undefined);
    const audio = player();
    const session = sessionThat(async () => 'https://elsewhere.example/a.wav');
    expect(await speakSentence('x', 'km', session, audio)).toBe('failed');
    expect(audio.play).not.toHaveBeenCalled();
  });

  it.each([
    ['speech_unavailable', 'no_voice'],
    ['not_connected', 'not_connected'],
    ['timeout', 'failed'],
  ])('%s is told as %s', async (code, outcome) => {
    vi.stubGlobal('speechSynthesis', undefined);
    expect(await speakSentence('x', 'km', refused(code), player())).toBe(outcome);
  });
});
