import { expect, it, vi } from 'vitest';
import { packPoints } from '../../src/landmarks/holistic';

vi.mock('@mediapipe/tasks-vision', () => ({ HolisticLandmarker: {} }));

const points = (count: number, base: number) =>
  Array.from({ length: count }, (_, i) => ({ x: base + i, y: base + i + 0.25, z: base + i + 0.5 }));

it('packs left hand, pose and right hand in this order', () => {
  const packed = packPoints({
    leftHandLandmarks: [points(21, 1000)],
    poseLandmarks: [points(33, 2000)],
    rightHandLandmarks: [points(21, 3000)],
  });
  expect(packed).toHaveLength(75 * 3);
  expect([...packed.subarray(0, 3)]).toEqual([1000, 1000.25, 1000.5]);
  expect(packed[21 * 3]).toBe(2000);
  expect(packed[54 * 3]).toBe(3000);
  expect([...packed.subarray(-3)]).toEqual([3020, 3020.25, 3020.5]);
});

it('says NaN for what is not detected, in both ways MediaPipe has of saying so', () => {
  const packed = packPoints({
    leftHandLandmarks: [],
    poseLandmarks: [[]],
    rightHandLandmarks: [points(21, 1)],
  });
  expect(packed.subarray(0, 54 * 3).every(Number.isNaN)).toBe(true);
  expect(packed.subarray(54 * 3).some(Number.isNaN)).toBe(false);
});
