import { type RefObject, useCallback, useEffect, useEffectEvent, useRef, useState } from 'react';
import { FrameClock } from '../../frames/clock';
import { watchNewestFrame } from '../../frames/newestFrame';
import { Extractor, type LoadingStage, type Observation } from '../../landmarks/extractor';

export type Loading = { stage: 'idle' | 'ready' | 'failed' } | LoadingStage;

export interface Speed {
  /** Pictures whose landmarks were found, per second. */
  fps: number;
  /** From the frame to its landmarks, all steps included. */
  extractionMs: number;
  /** Pictures that came while the last one was still being worked on, since the start. */
  skipped: number;
}

const SPEED_EVERY_MS = 1000;

/**
 * Landmarks of the newest picture in the video, again and again while `source` is not null.
 * `source` names where the picture comes from: when it changes, so does the clock behind the frames.
 */
export function useExtraction(
  videoRef: RefObject<HTMLVideoElement | null>,
  source: string | null,
  onObservation: (observation: Observation) => void,
) {
  const [loading, setLoading] = useState<Loading>({ stage: 'idle' });
  const [speed, setSpeed] = useState<Speed | null>(null);
  const extractorRef = useRef<Extractor | null>(null);
  const [clock] = useState(() => new FrameClock());
  const observed = useEffectEvent(onObservation);

  /** Begin to load once; the model then stays for the whole visit. */
  const load = useCallback(async () => {
    if (loading.stage !== 'idle' && loading.stage !== 'failed') return;
    setLoading({ stage: 'downloading', progress: { received: 0, total: null } });
    try {
      extractorRef.current = await Extractor.load(setLoading);
      setLoading({ stage: 'ready' });
    } catch {
      setLoading({ stage: 'failed' });
    }
  }, [loading.stage]);

  useEffect(() => () => extractorRef.current?.close(), []);

  const ready = loading.stage === 'ready';
  useEffect(() => {
    const video = videoRef.current;
    const extractor = extractorRef.current;
    if (!video || !extractor || !ready || source === null) return;
    let stopped = false;
    let skipped = 0;
    let pictures = 0;
    let took = 0;
    let since = performance.now();
    clock.changeSource();

    const stopWatching = watchNewestFrame(
      video,
      async (times) => {
        if (video.videoWidth === 0) return;
        const ms = clock.stamp(times);
        const began = performance.now();
        try {
          const observation = await extractor.extract(await createImageBitmap(video), ms);
          if (stopped || observation.points.length === 0) return;
          pictures += 1;
          observed(observation);
          took += performance.now() - began;
        } catch {
          if (!stopped) setLoading({ stage: 'failed' });
        }
        const now = performance.now();
        if (pictures > 0 && now - since >= SPEED_EVERY_MS) {
          setSpeed({ fps: (pictures * 1000) / (now - since), extractionMs: took / pictures, skipped });
          pictures = 0;
          took = 0;
          since = now;
        }
      },
      () => {
        skipped += 1;
      },
    );
    return () => {
      stopped = true;
      stopWatching();
      setSpeed(null);
    };
  }, [videoRef, ready, source, clock]);

  return { loading, speed, load };
}
