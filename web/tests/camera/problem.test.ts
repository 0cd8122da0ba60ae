import { afterEach, describe, expect, it, vi } from 'vitest';
import { problemBeforeAsking, problemFromError } from '../../src/camera/problem';
import { LOCALES } from '../../src/i18n/i18n';

afterEach(() => vi.unstubAllGlobals());

describe('what a failed camera means', () => {
  it.each([
    ['NotAllowedError', 'denied'],
    ['SecurityError', 'denied'],
    ['NotFoundError', 'none'],
    ['OverconstrainedError', 'none'],
    ['NotReadableError', 'busy'],
    ['AbortError', 'busy'],
    ['TypeError', 'unknown'],
  ])('%s: %s', (name, problem) => {
    expect(problemFromError(new DOMException('', name))).toBe(problem);
  });

  it('has an answer for anything thrown', () => {
    expect(problemFromError(undefined)).toBe('unknown');
    expect(problemFromError('no')).toBe('unknown');
  });
});

describe('before asking', () => {
  const withBrowser = (secure: boolean, mediaDevices: unknown) => {
    vi.stubGlobal('isSecureContext', secure);
    vi.stubGlobal('createImageBitmap', () => undefined);
    vi.stubGlobal('navigator', { mediaDevices });
  };

  it('an unsafe address is named first, because browsers hide cameras there', () => {
    withBrowser(false, undefined);
    expect(problemBeforeAsking()).toBe('insecure');
  });

  it('a browser without cameras is told from one with', () => {
    withBrowser(true, undefined);
    expect(problemBeforeAsking()).toBe('unsupported');
    withBrowser(true, { getUserMedia: () => undefined });
    expect(problemBeforeAsking()).toBeNull();
  });
});

it('every problem is one sentence that says what to do', () => {
  for (const { camera } of Object.values(LOCALES)) {
    for (const sentence of Object.values(camera)) {
      expect(sentence).toMatch(/[:៖] ?.+[.។]$/u);
      expect(sentence.match(/[.។]( |$)/gu)).toHaveLength(1);
    }
  }
});
