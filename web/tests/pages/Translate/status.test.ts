import { expect, it } from 'vitest';
import { LiveSession, type Snapshot } from '../../../src/live/session';
import { lightOf, statusOf } from '../../../src/pages/Translate/status';
import type { Loading } from '../../../src/pages/Translate/useExtraction';
import type { Picture } from '../../../src/pages/Translate/usePicture';

const closed = new LiveSession().getSnapshot();
const live = (change: Partial<Snapshot>): Snapshot => ({ ...closed, ...change });
const camera: Picture = { source: 'camera', cameraId: null };
const loaded: Loading = { stage: 'ready' };
const film = { file: 'a', bundle: 'b', title: {}, credit: '' };

it('what must happen first is said first', () => {
  const ready = live({ phase: 'ready' });
  expect(statusOf({ source: 'none' }, loaded, ready, 'push', 0).key).toBe('off');
  expect(statusOf({ source: 'asking' }, loaded, ready, 'push', 0).key).toBe('asking');
  const downloading: Loading = { stage: 'downloading', progress: { received: 0, total: null } };
  expect(statusOf(camera, downloading, closed, 'push', 0).key).toBe('downloading');
  expect(statusOf(camera, { stage: 'failed' }, closed, 'push', 0).key).toBe('failed');
  expect(statusOf(camera, loaded, ready, 'push', 0).key).toBe('readyPush');
  expect(statusOf(camera, loaded, ready, 'continuous', 0).key).toBe('ready');
});

it('a first connection is told from one that broke', () => {
  expect(statusOf(camera, loaded, live({ phase: 'connecting' }), 'push', 0).key).toBe('connecting');
  expect(statusOf(camera, loaded, live({ phase: 'connecting', again: true }), 'push', 0).key).toBe(
    'reconnecting',
  );
});

it('a wait says for how long, and whether the server is full', () => {
  const waiting = live({ phase: 'waiting', retryAt: 5000 });
  expect(statusOf(camera, loaded, waiting, 'push', 1000)).toEqual({ key: 'waiting', seconds: 4 });
  const full = live({ phase: 'waiting', retryAt: 5000, problem: { code: 'too_many_sessions', message: '' } });
  expect(statusOf(camera, loaded, full, 'push', 1000)).toEqual({ key: 'full', seconds: 4 });
});

it('a film that ended is over, whatever the session does', () => {
  const ended: Picture = { source: 'film', film, ended: true };
  expect(statusOf(ended, loaded, live({ phase: 'asleep' }), 'push', 0).key).toBe('filmEnded');
});

it('the light shows trouble as trouble', () => {
  expect(lightOf({ key: 'failed' })).toBe('trouble');
  expect(lightOf({ key: 'ready' })).toBe('live');
  expect(lightOf({ key: 'connecting' })).toBe('waiting');
  expect(lightOf({ key: 'off' })).toBe('off');
});
