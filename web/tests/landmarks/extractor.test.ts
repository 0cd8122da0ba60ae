import { describe, expect, it, vi } from 'vitest';
import {
  Extractor,
  type LoadingStage,
  type OpenFunction,
  type Way,
  waysToTry,
} from '../../src/landmarks/extractor';

const WORKER: Way = { place: 'worker', delegate: 'CPU' };
const PAGE: Way = { place: 'page', delegate: 'CPU' };
const PICTURE = {} as ImageBitmap;
const found = new Float32Array(225);

const download = async () => new Uint8Array([1]);
const steady = { extract: async () => found, close: vi.fn() };

describe('the ways to try', () => {
  it('begin with a real graphics card', () => {
    expect(waysToTry(true, true)).toEqual([{ place: 'worker', delegate: 'GPU' }, WORKER, PAGE]);
  });
  it('leave out a simulated graphics card', () => {
    expect(waysToTry(false, true)).toEqual([WORKER, PAGE]);
  });
  it('end in the page where there are no workers', () => {
    expect(waysToTry(true, false)).toEqual([PAGE]);
  });
});

describe('loading', () => {
  it('reports the download and each way it tries', async () => {
    const stages: LoadingStage[] = [];
    const open: OpenFunction = async (way) => {
      if (way.place === 'worker') throw new Error('no worker today');
      return steady;
    };
    await Extractor.load(
      (stage) => stages.push(stage),
      [WORKER, PAGE],
      open,
      async (onProgress) => {
        onProgress({ received: 1, total: 2 });
        return new Uint8Array(2);
      },
    );
    expect(stages).toEqual([
      { stage: 'downloading', progress: { received: 1, total: 2 } },
      { stage: 'starting', way: WORKER },
      { stage: 'starting', way: PAGE },
    ]);
  });

  it('fails when every way fails, with the last reason', async () => {
    const open: OpenFunction = async (way) => {
      throw new Error(`not in the ${way.place}`);
    };
    await expect(Extractor.load(() => undefined, [WORKER, PAGE], open, download)).rejects.toThrow(
      'not in the page',
    );
  });
});

describe('extracting', () => {
  it('hands on the points with their time', async () => {
    const extractor = await Extractor.load(
      () => undefined,
      [PAGE],
      async () => steady,
      download,
    );
    const observation = await extractor.extract(PICTURE, 40);
    expect(observation).toEqual({ ms: 40, points: found });
  });

  it('changes to the next way when one breaks, losing only that picture', async () => {
    const close = vi.fn();
    const breaking = { extract: () => Promise.reject(new Error('gone')), close };
    const open: OpenFunction = async (way) => (way.place === 'worker' ? breaking : steady);
    const extractor = await Extractor.load(() => undefined, [WORKER, PAGE], open, download);
    expect((await extractor.extract(PICTURE, 1)).points).toHaveLength(0);
    expect(close).toHaveBeenCalledOnce();
    expect((await extractor.extract(PICTURE, 2)).points).toBe(found);
  });

  it('gives up when the last way breaks', async () => {
    const breaking = { extract: () => Promise.reject(new Error('gone')), close: vi.fn() };
    const extractor = await Extractor.load(
      () => undefined,
      [PAGE],
      async () => breaking,
      download,
    );
    await expect(extractor.extract(PICTURE, 1)).rejects.toThrow('gone');
  });

  it('works on one picture at a time', async () => {
    let working = 0;
    let most = 0;
    const slow = {
      extract: async () => {
        most = Math.max(most, ++working);
        await Promise.resolve();
        working -= 1;
        return found;
      },
      close: vi.fn(),
    };
    const extractor = await Extractor.load(
      () => undefined,
      [PAGE],
      async () => slow,
      download,
    );
    await Promise.all([
      extractor.extract(PICTURE, 1),
      extractor.extract(PICTURE, 2),
      extractor.extract(PICTURE, 3),
    ]);
    expect(most).toBe(1);
  });
});
