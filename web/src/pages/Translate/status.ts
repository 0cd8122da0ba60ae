import type { Mode } from '../../live/protocol';
import type { Snapshot } from '../../live/session';
import type { Loading } from './useExtraction';
import type { Picture } from './usePicture';

export type Status =
  | { key: 'off' | 'asking' | 'opening' | 'downloading' | 'starting' | 'filmEnded' | 'failed' }
  | { key: 'connecting' | 'reconnecting' | 'asleep' | 'ready' | 'readyPush' }
  | { key: 'waiting' | 'full'; seconds: number };

/** The one thing a person should know now. What must happen first is said first. */
export function statusOf(
  picture: Picture,
  loading: Loading,
  live: Snapshot,
  mode: Mode,
  now: number,
): Status {
  if (picture.source === 'none') return { key: 'off' };
  if (picture.source === 'asking') return { key: 'asking' };
  switch (loading.stage) {
    case 'downloading':
    case 'starting':
      return { key: loading.stage };
    case 'failed':
      return { key: 'failed' };
  }
  if (picture.source === 'film' && picture.ended) return { key: 'filmEnded' };
  switch (live.phase) {
    case 'closed':
      return { key: picture.source === 'film' ? 'opening' : 'connecting' };
    case 'connecting':
      return { key: live.again ? 'reconnecting' : 'connecting' };
    case 'waiting': {
      const seconds = Math.max(1, Math.round(((live.retryAt ?? now) - now) / 1000));
      return { key: live.problem?.code === 'too_many_sessions' ? 'full' : 'waiting', seconds };
    }
    case 'asleep':
    case 'failed':
      return { key: live.phase };
    case 'ready':
      return { key: mode === 'push' ? 'readyPush' : 'ready' };
  }
}

/** How the small light beside the status glows. */
export function lightOf(status: Status): 'off' | 'waiting' | 'live' | 'trouble' {
  switch (status.key) {
    case 'off':
    case 'filmEnded':
      return 'off';
    case 'ready':
    case 'readyPush':
      return 'live';
    case 'waiting':
    case 'full':
    case 'failed':
      return 'trouble';
    default:
      return 'waiting';
  }
}
