/** The live protocol as types, and its bytes. The contract is docs/reference/live-protocol.md. */

import { type Group, isGroup } from '../landmarks/layout';

export type Mode = 'continuous' | 'push';

export type ClientMessage =
  | { type: 'start'; bundle: string; language: string; input: 'landmarks'; mode: Mode; aspect: number }
  | { type: 'push'; down: boolean }
  | { type: 'language'; language: string }
  | { type: 'clear' }
  | { type: 'undo' }
  | { type: 'speak' }
  | { type: 'stop' };

export interface Candidate {
  gloss: string;
  text: string;
  /** 0 to 1. */
  confidence: number;
}

export interface Ready {
  type: 'ready';
  session: string;
  groups: Group[];
  limits: { maxFps: number };
}

export type SigningState = 'idle' | 'signing' | 'hold';

export interface Stats {
  received: number;
  dropped: number;
  latencyMs: number;
}

export type ServerMessage =
  | Ready
  | { type: 'partial'; top: Candidate[]; state: SigningState }
  | ({ type: 'word'; id: string } & Candidate)
  | { type: 'sentence'; text: string }
  | { type: 'speech'; url: string }
  | ({ type: 'stats' } & Stats)
  | { type: 'error'; code: string; message: string };

export function encodeMessage(message: ClientMessage): string {
  return JSON.stringify(message);
}

const TIME_BYTES = 8;

/**
 * One observation as bytes: float64 milliseconds, then float32 [points, 3], all little-endian.
 * `points` is in the order of `ready.groups`; NaN means not detected.
 */
export function encodeObservation(ms: number, points: Float32Array): ArrayBuffer {
  const buffer = new ArrayBuffer(TIME_BYTES + points.length * 4);
  const view = new DataView(buffer);
  view.setFloat64(0, ms, true);
  // A DataView, because a typed array would follow the byte order of the machine.
  points.forEach((value, i) => {
    view.setFloat32(TIME_BYTES + i * 4, value, true);
  });
  return buffer;
}

/** Null for what this client does not know: a newer server may say more than we understand. */
export function decodeServerMessage(text: string): ServerMessage | null {
  const message = parseObject(text);
  switch (message?.type) {
    case 'ready': {
      const groups = message.groups;
      if (!Array.isArray(groups) || !groups.every(isGroup)) return null;
      const limits = isRecord(message.limits) ? message.limits : {};
      const maxFps = numberOr(limits.max_fps, Number.POSITIVE_INFINITY);
      return { type: 'ready', session: String(message.session), groups, limits: { maxFps } };
    }
    case 'partial': {
      const top = Array.isArray(message.top) ? message.top.map(candidate).filter((one) => one !== null) : [];
      return { type: 'partial', top, state: signingState(message.state) };
    }
    case 'word': {
      const word = candidate(message);
      return word && { type: 'word', id: String(message.id), ...word };
    }
    case 'sentence':
      return typeof message.text === 'string' ? { type: 'sentence', text: message.text } : null;
    case 'speech':
      return typeof message.url === 'string' ? { type: 'speech', url: message.url } : null;
    case 'stats':
      return {
        type: 'stats',
        received: numberOr(message.received, 0),
        dropped: numberOr(message.dropped, 0),
        latencyMs: numberOr(message.latency_ms, 0),
      };
    case 'error':
      return { type: 'error', code: String(message.code), message: String(message.message ?? '') };
    default:
      return null;
  }
}

type JsonObject = Record<string, unknown>;

function isRecord(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
}

function candidate(value: unknown): Candidate | null {
  if (!isRecord(value) || typeof value.gloss !== 'string') return null;
  const text = typeof value.text === 'string' ? value.text : value.gloss;
  return { gloss: value.gloss, text, confidence: numberOr(value.confidence, 0) };
}

function signingState(value: unknown): SigningState {
  return value === 'signing' || value === 'hold' ? value : 'idle';
}
