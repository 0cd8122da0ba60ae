/** The extraction worker: keeps the page free while MediaPipe works. */

import { type Delegate, type Holistic, openHolistic } from './holistic';

export type ToWorker =
  | { type: 'open'; model: Uint8Array; delegate: Delegate }
  | { type: 'picture'; picture: ImageBitmap; ms: number };

export type FromWorker =
  | { type: 'opened' }
  | { type: 'points'; points: Float32Array<ArrayBuffer> }
  | { type: 'failed'; reason: string };

let holistic: Holistic | null = null;

function answer(message: FromWorker, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}

self.addEventListener('message', async ({ data }: MessageEvent<ToWorker>) => {
  try {
    if (data.type === 'open') {
      holistic = await openHolistic(data.model, data.delegate);
      answer({ type: 'opened' });
    } else if (holistic) {
      const points = new Float32Array(holistic.detect(data.picture, data.ms));
      answer({ type: 'points', points }, [points.buffer]);
    }
  } catch (error) {
    answer({ type: 'failed', reason: String(error) });
  } finally {
    if (data.type === 'picture') data.picture.close();
  }
});
