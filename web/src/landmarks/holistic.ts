/** MediaPipe Holistic: one picture in, 75 points out. Runs in the worker, or in the page where workers fail. */

import { HolisticLandmarker } from '@mediapipe/tasks-vision';
import wasmLoader from '@mediapipe/tasks-vision/vision_wasm_module_internal.js?url';
import wasmBinaryPath from '@mediapipe/tasks-vision/vision_wasm_module_internal.wasm?url';
import { EXTRACTED_GROUPS, EXTRACTED_POINTS, GROUP_SIZES, type Group } from './layout';

export type Delegate = 'GPU' | 'CPU';

type Points = readonly { x: number; y: number; z: number }[];

/** The part of MediaPipe's answer that is used. The face is left where it is. */
export interface HolisticAnswer {
  leftHandLandmarks: readonly Points[];
  poseLandmarks: readonly Points[];
  rightHandLandmarks: readonly Points[];
}

/** float32 [75 * 3]: left hand, pose, right hand; NaN where a group was not detected. */
export function packPoints(answer: HolisticAnswer): Float32Array {
  const found: Partial<Record<Group, Points | undefined>> = {
    left_hand: answer.leftHandLandmarks[0],
    pose: answer.poseLandmarks[0],
    right_hand: answer.rightHandLandmarks[0],
  };
  const packed = new Float32Array(EXTRACTED_POINTS * 3).fill(Number.NaN);
  let row = 0;
  for (const group of EXTRACTED_GROUPS) {
    const points = found[group];
    if (points && points.length >= GROUP_SIZES[group]) {
      for (let i = 0; i < GROUP_SIZES[group]; i++) {
        const point = points[i];
        if (point) packed.set([point.x, point.y, point.z], (row + i) * 3);
      }
    }
    row += GROUP_SIZES[group];
  }
  return packed;
}

export interface Holistic {
  /** `ms` must grow by at least one from picture to picture: the tracker inside measures speed with it. */
  detect(picture: ImageBitmap, ms: number): Float32Array;
  close(): void;
}

/** Start MediaPipe with the bytes of holistic.task. Throws when the delegate cannot run here. */
export async function openHolistic(model: Uint8Array, delegate: Delegate): Promise<Holistic> {
  // MediaPipe would load the module as a classic script when it runs in the page, and only once when in a worker.
  // Loaded here it works in both, however often; MediaPipe uses the factory up each time.
  const { default: factory } = await import(/* @vite-ignore */ wasmLoader);
  Object.assign(globalThis, { ModuleFactory: factory });
  const landmarker = await HolisticLandmarker.createFromOptions(
    { wasmLoaderPath: '', wasmBinaryPath },
    { baseOptions: { modelAssetBuffer: model, delegate }, runningMode: 'VIDEO' },
  );
  return {
    // Whole milliseconds, as Python counts them: the tracker's answers move with the last digit of the time.
    detect: (picture, ms) => packPoints(landmarker.detectForVideo(picture, Math.round(ms))),
    close: () => landmarker.close(),
  };
}
