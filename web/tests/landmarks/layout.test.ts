import { describe, expect, it } from 'vitest';
import {
  arrange,
  EXTRACTED_POINTS,
  extractedOffset,
  GROUP_SIZES,
  HAND_BONES,
  isGroup,
  POSE_BONES,
  pointCount,
} from '../../src/landmarks/layout';

/** Every number is its own index, so that a misplaced point shows. */
const counted = Float32Array.from({ length: EXTRACTED_POINTS * 3 }, (_, i) => i);

describe('groups', () => {
  it('are those of MediaPipe Holistic', () => {
    expect(GROUP_SIZES).toEqual({ face: 468, left_hand: 21, pose: 33, right_hand: 21 });
    expect(pointCount(['face', 'left_hand', 'pose', 'right_hand'])).toBe(543);
    expect(EXTRACTED_POINTS).toBe(75);
  });

  it('lie in a fixed order, and the face is not among them', () => {
    expect(extractedOffset('left_hand')).toBe(0);
    expect(extractedOffset('pose')).toBe(21);
    expect(extractedOffset('right_hand')).toBe(54);
    expect(extractedOffset('face')).toBe(-1);
  });

  it('are told from other words', () => {
    expect(isGroup('pose')).toBe(true);
    expect(isGroup('toString')).toBe(false);
    expect(isGroup(3)).toBe(false);
  });
});

describe('arrange', () => {
  it('keeps the default order as it is', () => {
    expect(arrange(counted, ['left_hand', 'pose', 'right_hand'])).toEqual(counted);
  });

  it('follows the order of the groups that are wanted', () => {
    const hands = arrange(counted, ['right_hand', 'left_hand']);
    expect(hands).toHaveLength(42 * 3);
    expect(hands[0]).toBe(54 * 3);
    expect(hands[21 * 3]).toBe(0);
  });

  it('leaves a wanted face undetected', () => {
    const all = arrange(counted, ['face', 'left_hand', 'pose', 'right_hand']);
    expect(all).toHaveLength(543 * 3);
    expect(all.subarray(0, 468 * 3).every(Number.isNaN)).toBe(true);
    expect(all[468 * 3]).toBe(0);
    expect(all.at(-1)).toBe(counted.at(-1));
  });
});

describe('bones', () => {
  it('join points that exist', () => {
    expect(HAND_BONES.flat().every((point) => point >= 0 && point < 21)).toBe(true);
    expect(new Set(HAND_BONES.flat()).size).toBe(21);
    expect(POSE_BONES.flat().every((point) => point >= 11 && point < 33)).toBe(true);
  });
});
