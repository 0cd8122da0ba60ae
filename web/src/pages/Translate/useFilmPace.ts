import { type RefObject, useEffect } from 'react';
import type { Speed } from './useExtraction';

/** Pictures a recogniser wants from each second of film. */
const WANTED_FPS = 15;
const SLOWEST = 0.25;
const FIRST_GUESS = 0.5;

/**
 * A camera cannot wait, but a film can: on a slow device it plays slower, so that no sign falls between two pictures.
 * The pictures keep the film's own time, so the recogniser sees signs at their true speed. Returns the pace, 1 = true speed.
 */
export function useFilmPace(
  videoRef: RefObject<HTMLVideoElement | null>,
  playing: boolean,
  speed: Speed | null,
): number {
  const possible = speed ? 1000 / speed.extractionMs / WANTED_FPS : FIRST_GUESS;
  // Quarter steps, because a film that changes pace all the time is unpleasant to watch.
  const pace = Math.min(1, Math.max(SLOWEST, Math.floor(possible * 4) / 4));

  useEffect(() => {
    const video = videoRef.current;
    if (!video || !playing) return;
    video.playbackRate = pace;
    void video.play().catch(() => undefined);
  }, [videoRef, playing, pace]);

  return pace;
}
