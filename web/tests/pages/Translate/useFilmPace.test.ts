import { renderHook } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { type FilmState, paceFor, useFilmPace } from '../../../src/pages/Translate/useFilmPace';

const speed = (extractionMs: number) => ({ fps: 1000 / extractionMs, extractionMs, skipped: 0 });

it('a film plays as fast as its landmarks can be found', () => {
  expect(paceFor(null)).toBe(0.5);
  expect(paceFor(speed(10))).toBe(1);
  expect(paceFor(speed(120))).toBe(0.5);
  expect(paceFor(speed(5000))).toBe(0.25);
});

describe('the video', () => {
  const setUp = (film: FilmState) => {
    const video = { play: vi.fn(async () => undefined), pause: vi.fn(), playbackRate: 1 };
    const videoRef = { current: video as unknown as HTMLVideoElement };
    const hook = renderHook(({ state }) => useFilmPace(videoRef, state, null), {
      initialProps: { state: film },
    });
    return { video, hook };
  };

  it('waits, plays, and waits again when the connection breaks', () => {
    const { video, hook } = setUp('waiting');
    expect(video.play).not.toHaveBeenCalled();
    hook.rerender({ state: 'playing' });
    expect(video.play).toHaveBeenCalledOnce();
    expect(video.playbackRate).toBe(0.5);
    video.pause.mockClear();
    hook.rerender({ state: 'waiting' });
    expect(video.pause).toHaveBeenCalledOnce();
  });

  it('of a camera is left alone', () => {
    const { video } = setUp('none');
    expect(video.play).not.toHaveBeenCalled();
    expect(video.pause).not.toHaveBeenCalled();
  });
});
