/**
 * A window into the extraction for tests that compare the browser's landmarks with Python's.
 * It exists only when the address has `?debug=1`.
 */

import { Extractor } from '../landmarks/extractor';

interface DebugObservation {
  ms: number;
  /** 75 * 3 numbers: left hand, pose, right hand; NaN where not detected. */
  points: number[];
}

interface CheremeDebug {
  /** The newest observations of the live picture, oldest first. */
  frames: DebugObservation[];
  /** Every frame of a film exactly once, through a fresh landmarker. */
  extractFilm(url: string, fps: number): Promise<DebugObservation[]>;
}

declare global {
  interface Window {
    cheremeDebug?: CheremeDebug;
  }
}

const KEPT_FRAMES = 600;

export function startDebugging(address: URLSearchParams): void {
  if (address.get('debug') === '1') window.cheremeDebug ??= { frames: [], extractFilm };
}

export function recordForDebugging(ms: number, points: Float32Array): void {
  const frames = window.cheremeDebug?.frames;
  if (!frames) return;
  frames.push({ ms, points: Array.from(points) });
  if (frames.length > KEPT_FRAMES) frames.splice(0, frames.length - KEPT_FRAMES);
}

async function extractFilm(url: string, fps: number): Promise<DebugObservation[]> {
  const extractor = await Extractor.load(() => undefined);
  const video = document.createElement('video');
  video.muted = true;
  video.preload = 'auto';
  video.src = url;
  try {
    await happened(video, 'loadeddata');
    const observations: DebugObservation[] = [];
    // The middle of each frame's time, so that rounding cannot land on a neighbour.
    for (let i = 0; (i + 0.5) / fps < video.duration; i++) {
      const seeked = happened(video, 'seeked');
      video.currentTime = (i + 0.5) / fps;
      await seeked;
      const ms = (i * 1000) / fps;
      const { points } = await extractor.extract(await createImageBitmap(video), ms);
      observations.push({ ms, points: Array.from(points) });
    }
    return observations;
  } finally {
    extractor.close();
    video.removeAttribute('src');
    video.load();
  }
}

function happened(video: HTMLVideoElement, event: 'loadeddata' | 'seeked'): Promise<void> {
  return new Promise((resolve, reject) => {
    video.addEventListener(event, () => resolve(), { once: true });
    video.addEventListener(
      'error',
      () => reject(new Error(video.error?.message ?? 'the film cannot be read')),
      {
        once: true,
      },
    );
  });
}
