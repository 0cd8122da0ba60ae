import { describe, expect, it } from 'vitest';
import { decodeServerMessage, encodeMessage, encodeObservation } from '../../src/live/protocol';

const hex = (buffer: ArrayBuffer) =>
  [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');

describe('observations', () => {
  it('are a float64 and float32s, little-endian, byte for byte', () => {
    const bytes = encodeObservation(1000.5, Float32Array.of(0.5, -1, 0.25));
    expect(hex(bytes)).toBe('00 00 00 00 00 44 8f 40 00 00 00 3f 00 00 80 bf 00 00 80 3e');
  });

  it('keep what was not detected as NaN', () => {
    const view = new DataView(encodeObservation(0, Float32Array.of(Number.NaN, 0, Number.NaN)));
    expect(view.getFloat32(8, true)).toBeNaN();
    expect(view.getFloat32(12, true)).toBe(0);
    expect(view.getFloat32(16, true)).toBeNaN();
  });

  it('take 908 bytes for 75 points', () => {
    expect(encodeObservation(0, new Float32Array(75 * 3)).byteLength).toBe(908);
  });
});

it('messages are JSON with a type', () => {
  expect(JSON.parse(encodeMessage({ type: 'push', down: true }))).toEqual({ type: 'push', down: true });
});

describe('what the server says', () => {
  const decode = (message: unknown) => decodeServerMessage(JSON.stringify(message));

  it('ready', () => {
    expect(
      decode({
        type: 'ready',
        session: 'a',
        groups: ['pose', 'left_hand'],
        points: 54,
        limits: { max_fps: 30 },
      }),
    ).toEqual({ type: 'ready', session: 'a', groups: ['pose', 'left_hand'], limits: { maxFps: 30 } });
  });

  it('ready with a group that cannot be extracted is not understood', () => {
    expect(decode({ type: 'ready', session: 'a', groups: ['tail'] })).toBeNull();
  });

  it('partial, also while nobody signs', () => {
    const top = [{ gloss: 'HELLO', text: 'hello', confidence: 0.9 }];
    expect(decode({ type: 'partial', top, state: 'signing' })).toEqual({
      type: 'partial',
      top,
      state: 'signing',
    });
    expect(decode({ type: 'partial', top: [], state: 'idle' })).toEqual({
      type: 'partial',
      top: [],
      state: 'idle',
    });
  });

  it('word, sentence, speech, stats, error', () => {
    expect(decode({ type: 'word', id: 7, gloss: 'A', text: 'a', confidence: 0.8, start: 1, end: 2 })).toEqual(
      {
        type: 'word',
        id: '7',
        gloss: 'A',
        text: 'a',
        confidence: 0.8,
      },
    );
    expect(decode({ type: 'sentence', text: 'hello', words: [] })).toEqual({
      type: 'sentence',
      text: 'hello',
    });
    expect(decode({ type: 'speech', url: '/x.wav' })).toEqual({ type: 'speech', url: '/x.wav' });
    expect(decode({ type: 'stats', received: 9, dropped: 1, latency_ms: 12.5 })).toEqual({
      type: 'stats',
      received: 9,
      dropped: 1,
      latencyMs: 12.5,
    });
    expect(decode({ type: 'error', code: 'bad_frame', message: 'short' })).toEqual({
      type: 'error',
      code: 'bad_frame',
      message: 'short',
    });
  });

  it('nonsense and news from a newer server are passed over', () => {
    expect(decodeServerMessage('{')).toBeNull();
    expect(decodeServerMessage('[]')).toBeNull();
    expect(decode({ type: 'weather' })).toBeNull();
    expect(decode({ type: 'sentence' })).toBeNull();
  });
});
