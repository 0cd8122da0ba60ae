import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveSession, type Settings, SpeechRefused } from '../../src/live/session';
import { FakeSocket } from './fakeSocket';

const SETTINGS: Settings = { bundle: 'letters', language: 'en', mode: 'continuous', aspect: 4 / 3 };
const POINTS = new Float32Array(75 * 3).fill(Number.NaN);

function newSession(): LiveSession {
  return new LiveSession({ connect: () => new FakeSocket() as unknown as WebSocket, now: () => Date.now() });
}

function readySession(settings = SETTINGS): LiveSession {
  const session = newSession();
  session.open(settings);
  FakeSocket.last.ready();
  return session;
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.opened = [];
});

afterEach(() => {
  vi.useRealTimers();
});

describe('opening', () => {
  it('says start first, and nothing before', () => {
    const session = newSession();
    session.open(SETTINGS);
    session.undo();
    session.observe(1, POINTS);
    expect(session.getSnapshot().phase).toBe('connecting');
    FakeSocket.last.open();
    expect(FakeSocket.last.sent.map(String)).toHaveLength(1);
    expect(FakeSocket.last.messages[0]).toEqual({
      type: 'start',
      bundle: 'letters',
      language: 'en',
      input: 'landmarks',
      mode: 'continuous',
      aspect: 4 / 3,
    });
  });

  it('is ready when the server says so', () => {
    expect(readySession().getSnapshot().phase).toBe('ready');
  });

  it('changes the language within the connection', () => {
    const session = readySession();
    session.open({ ...SETTINGS, language: 'vi' });
    expect(FakeSocket.opened).toHaveLength(1);
    expect(FakeSocket.last.messages.at(-1)).toEqual({ type: 'language', language: 'vi' });
  });

  it('changes the mode with a new connection and keeps the words', () => {
    const session = readySession();
    FakeSocket.last.say({ type: 'sentence', text: 'hello' });
    const first = FakeSocket.last;
    session.open({ ...SETTINGS, mode: 'push' });
    expect(first.messages.at(-1)).toEqual({ type: 'stop' });
    expect(first.closedWith).toBe(1000);
    expect(FakeSocket.opened).toHaveLength(2);
    expect(session.getSnapshot().text).toBe('hello');
  });

  it('forgets the words with another bundle', () => {
    const session = readySession();
    FakeSocket.last.say({ type: 'sentence', text: 'hello' });
    session.open({ ...SETTINGS, bundle: 'words' });
    expect(session.getSnapshot().text).toBe('');
  });

  it('closes with stop and leaves the words to be read', () => {
    const session = readySession();
    FakeSocket.last.say({ type: 'sentence', text: 'hello' });
    session.close();
    expect(FakeSocket.last.messages.at(-1)).toEqual({ type: 'stop' });
    expect(session.getSnapshot()).toMatchObject({ phase: 'closed', text: 'hello' });
  });
});

describe('observations', () => {
  it('go out as bytes', () => {
    readySession().observe(5, POINTS);
    expect(FakeSocket.last.observations[0]?.byteLength).toBe(908);
  });

  it('are held to the rate the server allows', () => {
    const session = readySession();
    session.observe(1, POINTS);
    session.observe(2, POINTS);
    expect(FakeSocket.last.observations).toHaveLength(1);
    expect(session.getSnapshot().unsent).toBe(1);
    vi.advanceTimersByTime(34);
    session.observe(3, POINTS);
    expect(FakeSocket.last.observations).toHaveLength(2);
  });

  it('do not pile up on a slow network', () => {
    const session = readySession();
    FakeSocket.last.bufferedAmount = 1_000_000;
    session.observe(1, POINTS);
    expect(FakeSocket.last.observations).toHaveLength(0);
    expect(session.getSnapshot().unsent).toBe(1);
  });
});

describe('words', () => {
  it('come as partials, words and sentences', () => {
    const session = readySession();
    const top = Array.from({ length: 7 }, (_, i) => ({ gloss: `G${i}`, text: `t${i}`, confidence: 0.1 }));
    FakeSocket.last.say({ type: 'partial', top, state: 'hold' });
    FakeSocket.last.say({ type: 'word', id: '1', gloss: 'A', text: 'a', confidence: 1, start: 0, end: 1 });
    FakeSocket.last.say({ type: 'sentence', text: 'a', words: [] });
    expect(session.getSnapshot()).toMatchObject({ signing: 'hold', text: 'a', lastWord: { gloss: 'A' } });
    expect(session.getSnapshot().top).toHaveLength(5);
  });

  it('are taken back and cleared', () => {
    const session = readySession();
    FakeSocket.last.say({ type: 'sentence', text: 'a b' });
    session.undo();
    session.clear();
    expect(FakeSocket.last.messages.slice(1)).toEqual([{ type: 'undo' }, { type: 'clear' }]);
    expect(session.getSnapshot().text).toBe('');
  });

  it('push tells the server when one sign begins and ends', () => {
    const session = readySession({ ...SETTINGS, mode: 'push' });
    session.push(true);
    session.push(false);
    expect(FakeSocket.last.messages.slice(1)).toEqual([
      { type: 'push', down: true },
      { type: 'push', down: false },
    ]);
  });
});

describe('a broken connection', () => {
  it('is tried again, each time later, and says when', () => {
    const session = readySession();
    const waits: number[] = [];
    for (let i = 0; i < 7; i++) {
      FakeSocket.last.drop();
      const { phase, retryAt, again } = session.getSnapshot();
      expect(phase).toBe('waiting');
      expect(again).toBe(true);
      waits.push((retryAt ?? 0) - Date.now());
      vi.advanceTimersByTime(waits.at(-1) ?? 0);
      expect(session.getSnapshot().phase).toBe('connecting');
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  });

  it('begins with short waits again once it was ready', () => {
    const session = readySession();
    FakeSocket.last.drop();
    vi.advanceTimersByTime(500);
    FakeSocket.last.drop();
    vi.advanceTimersByTime(1000);
    FakeSocket.last.ready();
    expect(session.getSnapshot().again).toBe(false);
    FakeSocket.last.drop();
    expect(session.getSnapshot().retryAt).toBe(Date.now() + 500);
  });

  it('keeps the words in front of those that follow', () => {
    const session = readySession();
    FakeSocket.last.say({ type: 'sentence', text: 'hello big' });
    FakeSocket.last.drop();
    vi.advanceTimersByTime(500);
    FakeSocket.last.ready();
    FakeSocket.last.say({ type: 'sentence', text: 'world' });
    expect(session.getSnapshot().text).toBe('hello big world');
    FakeSocket.last.say({ type: 'sentence', text: '' });
    session.undo();
    expect(session.getSnapshot().text).toBe('hello');
    expect(FakeSocket.last.messages.at(-1)?.type).toBe('start');
  });

  it('is not tried again after the session was closed', () => {
    const session = readySession();
    FakeSocket.last.drop();
    session.close();
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.opened).toHaveLength(1);
  });
});

describe('errors', () => {
  it('that would only repeat end the session', () => {
    const session = newSession();
    session.open(SETTINGS);
    FakeSocket.last.open();
    FakeSocket.last.say({ type: 'error', code: 'unknown_bundle', message: 'there is: words' });
    FakeSocket.last.drop(1008);
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.opened).toHaveLength(1);
    expect(session.getSnapshot()).toMatchObject({
      phase: 'failed',
      problem: { code: 'unknown_bundle', message: 'there is: words' },
    });
  });

  it('end with other settings', () => {
    const session = newSession();
    session.open(SETTINGS);
    FakeSocket.last.open();
    FakeSocket.last.say({ type: 'error', code: 'unknown_bundle', message: '' });
    FakeSocket.last.drop(1008);
    session.open({ ...SETTINGS, bundle: 'words' });
    expect(session.getSnapshot()).toMatchObject({ phase: 'connecting', problem: null });
  });

  it('in one message leave the session open', () => {
    const session = readySession();
    FakeSocket.last.say({ type: 'error', code: 'bad_frame', message: 'short' });
    expect(session.getSnapshot()).toMatchObject({ phase: 'ready', problem: { code: 'bad_frame' } });
    session.dismissProblem();
    expect(session.getSnapshot().problem).toBeNull();
  });

  it('a full server is left alone for longer', () => {
    const session = newSession();
    session.open(SETTINGS);
    FakeSocket.last.open();
    FakeSocket.last.say({ type: 'error', code: 'too_many_sessions', message: '' });
    FakeSocket.last.drop(1013);
    expect(session.getSnapshot()).toMatchObject({ phase: 'waiting', retryAt: Date.now() + 8000 });
  });

  it('an idle session sleeps until the next observation', () => {
    const session = readySession();
    FakeSocket.last.say({ type: 'error', code: 'idle_timeout', message: '' });
    FakeSocket.last.drop(1000);
    vi.advanceTimersByTime(60_000);
    expect(session.getSnapshot()).toMatchObject({ phase: 'asleep', problem: null });
    expect(FakeSocket.opened).toHaveLength(1);
    session.observe(1, POINTS);
    expect(session.getSnapshot().phase).toBe('connecting');
    expect(FakeSocket.opened).toHaveLength(2);
  });
});

describe('speech from the server', () => {
  it('answers with an address', async () => {
    const session = readySession();
    const url = session.speak();
    expect(FakeSocket.last.messages.at(-1)).toEqual({ type: 'speak' });
    FakeSocket.last.say({ type: 'speech', url: '/api/v1/speech/a.wav' });
    await expect(url).resolves.toBe('/api/v1/speech/a.wav');
  });

  it('is refused where there is no voice, without raising a general problem', async () => {
    const session = readySession();
    const url = session.speak();
    FakeSocket.last.say({ type: 'error', code: 'speech_unavailable', message: 'install espeak-ng' });
    await expect(url).rejects.toMatchObject({ code: 'speech_unavailable' });
    expect(session.getSnapshot().problem).toBeNull();
  });

  it('is refused without a connection, and when it breaks or stays silent', async () => {
    await expect(newSession().speak()).rejects.toBeInstanceOf(SpeechRefused);
    const breaking = readySession();
    const broken = breaking.speak();
    FakeSocket.last.drop();
    await expect(broken).rejects.toMatchObject({ code: 'not_connected' });
    const silent = readySession().speak();
    vi.advanceTimersByTime(20_000);
    await expect(silent).rejects.toMatchObject({ code: 'timeout' });
  });
});
