/**
 * The body as data: which points there are, in which order, and which are joined.
 *
 * Points are rows of (x, y, z): x and y are fractions of the picture (right, down), z as MediaPipe gives it.
 * Left and right are the signer's own. A point that was not detected is NaN, never 0.
 */

export const GROUP_SIZES = { face: 468, left_hand: 21, pose: 33, right_hand: 21 } as const;

export type Group = keyof typeof GROUP_SIZES;

/** What this client extracts. A face mesh is biometric, so it is neither kept nor sent. */
export const EXTRACTED_GROUPS: readonly Group[] = ['left_hand', 'pose', 'right_hand'];

export function isGroup(name: unknown): name is Group {
  return typeof name === 'string' && Object.hasOwn(GROUP_SIZES, name);
}

export function pointCount(groups: readonly Group[]): number {
  return groups.reduce((sum, group) => sum + GROUP_SIZES[group], 0);
}

export const EXTRACTED_POINTS = pointCount(EXTRACTED_GROUPS);

/** Index of the first point of `group` among the extracted points; -1 for a group that is not extracted. */
export function extractedOffset(group: Group): number {
  const position = EXTRACTED_GROUPS.indexOf(group);
  return position < 0 ? -1 : pointCount(EXTRACTED_GROUPS.slice(0, position));
}

/**
 * The extracted points in the order in which a recogniser wants its groups.
 * A wanted group that is not extracted stays NaN: not detected.
 */
export function arrange(extracted: Float32Array, groups: readonly Group[]): Float32Array {
  const arranged = new Float32Array(pointCount(groups) * 3).fill(Number.NaN);
  let target = 0;
  for (const group of groups) {
    const offset = extractedOffset(group);
    if (offset >= 0) {
      arranged.set(extracted.subarray(offset * 3, (offset + GROUP_SIZES[group]) * 3), target);
    }
    target += GROUP_SIZES[group] * 3;
  }
  return arranged;
}

export type Bone = readonly [from: number, to: number];

/** Wrist to finger tips, and across the palm. */
export const HAND_BONES: readonly Bone[] = [
  [0, 1],
  [1, 2],
  [2, 3],
  [3, 4],
  [0, 5],
  [5, 6],
  [6, 7],
  [7, 8],
  [5, 9],
  [9, 10],
  [10, 11],
  [11, 12],
  [9, 13],
  [13, 14],
  [14, 15],
  [15, 16],
  [13, 17],
  [17, 18],
  [18, 19],
  [19, 20],
  [0, 17],
];

/** Shoulders, arms, trunk and legs. The pose's own rough hand and face points are left out: hands have theirs. */
export const POSE_BONES: readonly Bone[] = [
  [11, 12],
  [11, 13],
  [13, 15],
  [12, 14],
  [14, 16],
  [11, 23],
  [12, 24],
  [23, 24],
  [23, 25],
  [25, 27],
  [24, 26],
  [26, 28],
];
