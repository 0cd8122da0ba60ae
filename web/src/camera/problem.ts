/** Why there is no picture from the camera. Each has one sentence in the locale files saying what to do. */
export type CameraProblem = 'insecure' | 'unsupported' | 'none' | 'denied' | 'busy' | 'unplugged' | 'unknown';

/** What can be known before asking for the camera; null when nothing stands in the way. */
export function problemBeforeAsking(): CameraProblem | null {
  // Browsers hide mediaDevices on plain http, so this must be asked first to give the right advice.
  if (!window.isSecureContext) return 'insecure';
  if (typeof navigator.mediaDevices?.getUserMedia !== 'function') return 'unsupported';
  if (typeof WebAssembly === 'undefined' || typeof createImageBitmap === 'undefined') return 'unsupported';
  return null;
}

/** The names are those of getUserMedia's DOMException, and older ones that some browsers still use. */
export function problemFromError(error: unknown): CameraProblem {
  const name = typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : '';
  switch (name) {
    case 'NotAllowedError':
    case 'PermissionDeniedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'DevicesNotFoundError':
    case 'OverconstrainedError':
      return 'none';
    case 'NotReadableError':
    case 'TrackStartError':
    case 'AbortError':
      return 'busy';
    default:
      return 'unknown';
  }
}
