import type { FrameTimes } from './clock';

/**
 * Hand over the newest frame of a video whenever the consumer is free. There is no queue: frames that come while it is
 * busy are skipped and counted, so that what it sees is never older than one frame.
 */
export function watchNewestFrame(
  video: HTMLVideoElement,
  consume: (times: FrameTimes) => Promise<void>,
  onSkipped: () => void,
): () => void {
  let waiting: FrameTimes | null = null;
  let busy = false;
  let stopped = false;

  async function work(): Promise<void> {
    busy = true;
    while (waiting && !stopped) {
      const times = waiting;
      waiting = null;
      await consume(times);
    }
    busy = false;
  }

  const unwatch = onEachFrame(video, (times) => {
    if (waiting) onSkipped();
    waiting = times;
    if (!busy) void work();
  });

  return () => {
    stopped = true;
    unwatch();
  };
}

function onEachFrame(video: HTMLVideoElement, listener: (times: FrameTimes) => void): () => void {
  if ('requestVideoFrameCallback' in video) {
    let handle = 0;
    const next = (_now: number, metadata: VideoFrameCallbackMetadata) => {
      const { mediaTime, captureTime } = metadata;
      listener(captureTime === undefined ? { mediaTime } : { mediaTime, captureTime });
      handle = video.requestVideoFrameCallback(next);
    };
    handle = video.requestVideoFrameCallback(next);
    return () => video.cancelVideoFrameCallback(handle);
  }
  return onEachRepaint(video, listener);
}

/** For browsers without requestVideoFrameCallback: a repaint with a new current time is a new frame. */
function onEachRepaint(video: HTMLVideoElement, listener: (times: FrameTimes) => void): () => void {
  let handle = 0;
  let seen = -1;
  const next = () => {
    if (video.readyState >= 2 && video.currentTime !== seen) {
      seen = video.currentTime;
      listener({ mediaTime: seen });
    }
    handle = requestAnimationFrame(next);
  };
  handle = requestAnimationFrame(next);
  return () => cancelAnimationFrame(handle);
}
