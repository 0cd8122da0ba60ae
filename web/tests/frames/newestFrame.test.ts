import { expect, it, vi } from 'vitest';
import type { FrameTimes } from '../../src/frames/clock';
import { watchNewestFrame } from '../../src/frames/newestFrame';

/** A video whose frames the test presents. */
function fakeVideo() {
  let listener: ((now: number, metadata: FrameTimes) => void) | null = null;
  const video = {
    requestVideoFrameCallback: (next: typeof listener) => {
      listener = next;
      return 1;
    },
    cancelVideoFrameCallback: () => {
      listener = null;
    },
  } as unknown as HTMLVideoElement;
  return { video, present: (mediaTime: number) => listener?.(0, { mediaTime }) };
}

const settle = () => new Promise((resolve) => setTimeout(resolve));

it('skips to the newest frame while the consumer is busy', async () => {
  const { video, present } = fakeVideo();
  const seen: number[] = [];
  const skipped = vi.fn();
  let finish = () => {};
  watchNewestFrame(
    video,
    ({ mediaTime }) => {
      seen.push(mediaTime);
      return new Promise((resolve) => {
        finish = resolve;
      });
    },
    skipped,
  );
  present(1);
  present(2);
  present(3);
  present(4);
  expect(seen).toEqual([1]);
  finish();
  await settle();
  expect(seen).toEqual([1, 4]);
  expect(skipped).toHaveBeenCalledTimes(2);
});

it('hands over nothing after it was stopped', async () => {
  const { video, present } = fakeVideo();
  const consume = vi.fn(async () => undefined);
  const stop = watchNewestFrame(video, consume, () => undefined);
  present(1);
  await settle();
  stop();
  present(2);
  await settle();
  expect(consume).toHaveBeenCalledOnce();
});
