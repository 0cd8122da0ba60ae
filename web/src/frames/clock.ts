/** What a browser says about a presented video frame (the parts used here). */
export interface FrameTimes {
  /** Seconds into the film or stream. */
  mediaTime: number;
  /** When the camera caught the frame, in milliseconds; only for cameras, and not in every browser. */
  captureTime?: number;
}

/** The step taken when a source starts over and the true gap is unknown: one frame of a usual camera. */
const RESTART_STEP_MS = 1000 / 30;

/**
 * One clock for all frames of a visit, in milliseconds, that never runs backwards: cameras and films each count from
 * their own zero, and a film played again starts over, but trackers and the live session want one time line.
 */
export class FrameClock {
  private shift = 0;
  private lastRaw = Number.NEGATIVE_INFINITY;
  private last = Number.NEGATIVE_INFINITY;
  private fresh = false;

  /** The next frame comes from another source. */
  changeSource(): void {
    this.fresh = true;
  }

  stamp(times: FrameTimes): number {
    const raw = times.captureTime ?? times.mediaTime * 1000;
    if (Number.isFinite(this.last) && (this.fresh || raw < this.lastRaw)) {
      this.shift = this.last + RESTART_STEP_MS - raw;
    }
    this.fresh = false;
    this.lastRaw = raw;
    // Two frames may carry one media time; trackers refuse to see time stand still.
    this.last = Math.max(raw + this.shift, this.last + 1);
    return this.last;
  }
}
