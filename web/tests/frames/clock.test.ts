import { expect, it } from 'vitest';
import { FrameClock } from '../../src/frames/clock';

it('takes the time of capture before that of the stream', () => {
  const clock = new FrameClock();
  expect(clock.stamp({ mediaTime: 1, captureTime: 5000 })).toBe(5000);
  expect(clock.stamp({ mediaTime: 2, captureTime: 5040 })).toBe(5040);
});

it('keeps the film’s own time, however slowly it is played', () => {
  const clock = new FrameClock();
  expect([0, 0.04, 0.08].map((mediaTime) => clock.stamp({ mediaTime }))).toEqual([0, 40, 80]);
});

it('goes on when a film starts over', () => {
  const clock = new FrameClock();
  clock.stamp({ mediaTime: 2 });
  const again = clock.stamp({ mediaTime: 0 });
  expect(again).toBeGreaterThan(2000);
  expect(clock.stamp({ mediaTime: 0.5 })).toBeCloseTo(again + 500);
});

it('closes the gap between two sources', () => {
  const clock = new FrameClock();
  clock.stamp({ mediaTime: 2 });
  clock.changeSource();
  const first = clock.stamp({ mediaTime: 0, captureTime: 900_000 });
  expect(first).toBeGreaterThan(2000);
  expect(first).toBeLessThan(2100);
});

it('never stands still', () => {
  const clock = new FrameClock();
  const first = clock.stamp({ mediaTime: 1 });
  expect(clock.stamp({ mediaTime: 1 })).toBeGreaterThan(first);
});
