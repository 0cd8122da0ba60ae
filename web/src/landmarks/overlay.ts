/** Drawing landmarks over the picture they came from. */

import { type Bone, extractedOffset, HAND_BONES, POSE_BONES } from './layout';

/** One colour per hand: which hand the recogniser believes it sees must be plain at a glance. */
export const OVERLAY_COLOURS = { left_hand: '#ffb547', right_hand: '#4fd8c4', pose: '#f2f4f8' } as const;

const OUTLINE = 'rgba(10, 16, 32, 0.72)';

type Limb = 'left_hand' | 'pose' | 'right_hand';

/** `canvas` is drawn at the size it has in pixels; make it as large as the video. Unmirrored, like the data. */
export function drawLandmarks(canvas: HTMLCanvasElement, points: Float32Array): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  context.clearRect(0, 0, canvas.width, canvas.height);
  if (points.length === 0) return;
  const unit = Math.max(canvas.width, canvas.height) / 640;
  drawLimb(context, points, 'pose', POSE_BONES, 2.5 * unit);
  drawLimb(context, points, 'left_hand', HAND_BONES, 2 * unit);
  drawLimb(context, points, 'right_hand', HAND_BONES, 2 * unit);
}

function drawLimb(
  context: CanvasRenderingContext2D,
  points: Float32Array,
  limb: Limb,
  bones: readonly Bone[],
  width: number,
): void {
  const { canvas } = context;
  const offset = extractedOffset(limb);

  // Holistic guesses joints outside the picture (hips, knees); those are not seen, so they are not drawn.
  const place = (index: number): [number, number] | null => {
    const x = points[(offset + index) * 3] ?? Number.NaN;
    const y = points[(offset + index) * 3 + 1] ?? Number.NaN;
    return x >= 0 && x <= 1 && y >= 0 && y <= 1 ? [x * canvas.width, y * canvas.height] : null;
  };

  const lines = new Path2D();
  const dots = new Path2D();
  const joints = new Set<number>();
  for (const [from, to] of bones) {
    const a = place(from);
    const b = place(to);
    if (!a || !b) continue;
    lines.moveTo(...a);
    lines.lineTo(...b);
    joints.add(from).add(to);
  }
  for (const joint of joints) {
    const at = place(joint);
    if (!at) continue;
    dots.moveTo(at[0] + width, at[1]);
    dots.arc(at[0], at[1], width, 0, 2 * Math.PI);
  }
  context.lineCap = 'round';
  context.strokeStyle = OUTLINE;
  context.lineWidth = width * 2.2;
  context.stroke(lines);
  context.stroke(dots);
  context.strokeStyle = OVERLAY_COLOURS[limb];
  context.fillStyle = OVERLAY_COLOURS[limb];
  context.lineWidth = width;
  context.stroke(lines);
  context.fill(dots);
}
