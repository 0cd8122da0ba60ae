import { type RefObject, useEffect } from 'react';
import type { Speed } from './useExtraction';

/** Pictures a recogniser wants from each second of film. */
const WANTED_FPS = 15;
const SLOWEST = 0.25;
const FIRST_GUESS = 0.5;

/** A film waits while nobody watches it: before the session is ready, and while the connection is broken. */
export type FilmState = 'none' | 'waiting' | 'playing';

/**
 * A camera cannot wait, but a film can: on a slow device it plays slower, so that no sign falls between two pictures.
 * The pictures keep the film's own time, so the recogniser sees signs at their true speed.
 */
export function useFilmPace(
  videoRef: RefObject<HTMLVideoElement | null>,
  film: FilmState,
  speed: Speed | null,
): number {
  const pace = paceFor(speed);

  useEffect(() => {
    const video = videoRef.current;
    if (!video || film === 'none') return;
    if (film === 'waiting') return video.pause();
    video.playbackRate = pace;
    // Refused only when another film or the camera took its place meanwhile.
    void video.play().catch(() => undefined);
  }, [videoRef, film, pace]);

  return pace;
}

/** 1 is true speed. Quarter steps, because a film that changes pace all the time is unpleasant to watch. */
export function paceFor(speed: Speed | null): number {
  if (!speed) return FIRST_GUESS;
  const possible = 1000 / speed.extractionMs / WANTED_FPS;
  return Math.min(1, Math.max(SLOWEST, Math.floor(possible * 4) / 4));
}
