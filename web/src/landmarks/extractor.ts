/**
 * Pictures to landmarks, wherever this browser can do it.
 *
 * The ways are tried from best to last: a worker on the graphics card, a worker on the CPU, and the page itself,
 * because workers have failed on some phones. A way that fails while running is left for the next one.
 */

import { isRealGpu, rendererName } from './graphics';
import type { Delegate } from './holistic';
import { type DownloadProgress, downloadModel } from './model';
import type { FromWorker, ToWorker } from './worker';

export interface Way {
  place: 'worker' | 'page';
  delegate: Delegate;
}

export interface Observation {
  /** Time of the picture in milliseconds, on a clock that never runs backwards. */
  ms: number;
  /** float32 [75 * 3], see `layout`; empty when the picture was lost to a change of way. */
  points: Float32Array;
}

export type LoadingStage =
  | { stage: 'downloading'; progress: DownloadProgress }
  | { stage: 'starting'; way: Way };

/** One opened way. `extract` takes over the picture and closes it. */
export interface OpenWay {
  extract(picture: ImageBitmap, ms: number): Promise<Float32Array>;
  close(): void;
}

export type OpenFunction = (way: Way, model: Uint8Array) => Promise<OpenWay>;

export function waysToTry(realGpu: boolean, workers: boolean): Way[] {
  const ways: Way[] = [];
  if (workers && realGpu) ways.push({ place: 'worker', delegate: 'GPU' });
  if (workers) ways.push({ place: 'worker', delegate: 'CPU' });
  ways.push({ place: 'page', delegate: 'CPU' });
  return ways;
}

export class Extractor {
  private before: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly model: Uint8Array,
    private readonly remaining: Way[],
    private readonly open: OpenFunction,
    private current: OpenWay,
  ) {}

  static async load(
    onStage: (stage: LoadingStage) => void,
    ways: Way[] = waysToTry(isRealGpu(rendererName()), typeof Worker !== 'undefined'),
    open: OpenFunction = openWay,
    download: typeof downloadModel = downloadModel,
  ): Promise<Extractor> {
    const model = await download((progress) => onStage({ stage: 'downloading', progress }));
    const remaining = [...ways];
    const current = await openNext(remaining, model, open, (way) => onStage({ stage: 'starting', way }));
    return new Extractor(model, remaining, open, current);
  }

  /** One picture at a time: a call waits for the one before. Rejects when no way is left. */
  extract(picture: ImageBitmap, ms: number): Promise<Observation> {
    const answer = this.before.then(() => this.extractNow(picture, ms));
    this.before = answer.catch(() => undefined);
    return answer;
  }

  private async extractNow(picture: ImageBitmap, ms: number): Promise<Observation> {
    try {
      const points = await this.current.extract(picture, ms);
      return { ms, points };
    } catch (error) {
      this.current.close();
      if (this.remaining.length === 0) throw error;
      this.current = await openNext(this.remaining, this.model, this.open, () => undefined);
      // This picture is spent; the next one will be seen by the new way.
      return { ms, points: new Float32Array(0) };
    }
  }

  close(): void {
    this.current.close();
  }
}

async function openNext(
  remaining: Way[],
  model: Uint8Array,
  open: OpenFunction,
  onTry: (way: Way) => void,
): Promise<OpenWay> {
  let failure: unknown = new Error('no way to extract landmarks');
  for (let way = remaining.shift(); way; way = remaining.shift()) {
    onTry(way);
    try {
      return await open(way, model);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

const openWay: OpenFunction = (way, model) =>
  way.place === 'worker' ? openInWorker(way.delegate, model) : openInPage(way.delegate, model);

async function openInPage(delegate: Delegate, model: Uint8Array): Promise<OpenWay> {
  // Loaded only where it is needed: in most browsers the worker has its own copy.
  const { openHolistic } = await import('./holistic');
  const holistic = await openHolistic(model, delegate);
  return {
    async extract(picture, ms) {
      try {
        return holistic.detect(picture, ms);
      } finally {
        picture.close();
      }
    },
    close: () => holistic.close(),
  };
}

/** A worker that stays silent this long is taken for dead. Starting includes compiling 11 MB of WebAssembly. */
const SILENCE_MS = 45_000;

async function openInWorker(delegate: Delegate, model: Uint8Array): Promise<OpenWay> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });

  function ask(message: ToWorker, transfer: Transferable[]): Promise<FromWorker> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle(() => reject(new Error('the worker is silent'))), SILENCE_MS);
      const settle = (finish: () => void) => {
        clearTimeout(timer);
        worker.onmessage = null;
        worker.onerror = null;
        finish();
      };
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) =>
        settle(() => (data.type === 'failed' ? reject(new Error(data.reason)) : resolve(data)));
      worker.onerror = (event) => settle(() => reject(new Error(event.message || 'the worker failed')));
      worker.postMessage(message, transfer);
    });
  }

  try {
    await ask({ type: 'open', model, delegate }, []);
  } catch (error) {
    worker.terminate();
    throw error;
  }
  return {
    async extract(picture, ms) {
      const reply = await ask({ type: 'picture', picture, ms }, [picture]);
      if (reply.type !== 'points') throw new Error(`unexpected answer: ${reply.type}`);
      return reply.points;
    },
    close: () => worker.terminate(),
  };
}
