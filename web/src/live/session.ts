/**
 * One person's live session: a WebSocket that comes back by itself, and what it has said so far.
 *
 * The words stay when the connection breaks. The server forgets them, so they are kept here as `earlier` text in front
 * of whatever the next connection recognises.
 */

import { arrange } from '../landmarks/layout';
import {
  type Candidate,
  type ClientMessage,
  decodeServerMessage,
  encodeMessage,
  encodeObservation,
  type Mode,
  type Ready,
  type SigningState,
  type Stats,
} from './protocol';

export interface Settings {
  bundle: string;
  language: string;
  mode: Mode;
  /** Width / height of the picture: fractions alone would bend every angle. */
  aspect: number;
}

/**
 * - `waiting`: the connection broke and will be tried again at `retryAt`
 * - `asleep`: the server closed an idle session; the next observation wakes it
 * - `failed`: trying again would not help until a setting changes
 */
export type Phase = 'closed' | 'connecting' | 'ready' | 'waiting' | 'asleep' | 'failed';

export interface Problem {
  code: string;
  /** The server's own words, for codes that have no translation here. */
  message: string;
}

export interface Snapshot {
  phase: Phase;
  /** On the clock of Date.now(), while `waiting`. */
  retryAt: number | null;
  /** True from the first broken connection until the next `ready`. */
  again: boolean;
  top: Candidate[];
  signing: SigningState;
  text: string;
  /** The last sign that was committed; null after clear and undo. */
  lastWord: { id: string; gloss: string; text: string } | null;
  stats: Stats | null;
  problem: Problem | null;
  /** Observations not sent because the network or the server's limits could not take them. */
  unsent: number;
}

const NOTHING_YET: Snapshot = {
  phase: 'closed',
  retryAt: null,
  again: false,
  top: [],
  signing: 'idle',
  text: '',
  lastWord: null,
  stats: null,
  problem: null,
  unsent: 0,
};

/** After these the same `start` would only fail again. */
const HOPELESS = new Set([
  'bad_start',
  'unknown_bundle',
  'unknown_language',
  'too_many_errors',
  'frame_too_large',
]);
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
/** A full server wants to be left alone for longer. */
const FULL_WAIT_MS = 8_000;
const SPEECH_TIMEOUT_MS = 20_000;
/** About twenty observations. More unsent bytes than this mean a slow network, and old frames are worth nothing. */
const MOST_BUFFERED_BYTES = 20_000;

export interface Surroundings {
  connect(): WebSocket;
  now(): number;
}

const browser: Surroundings = {
  connect: () => new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/v1/live`),
  now: () => Date.now(),
};

export class SpeechRefused extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

export class LiveSession {
  private snapshot = NOTHING_YET;
  private readonly listeners = new Set<() => void>();
  private settings: Settings | null = null;
  private socket: WebSocket | null = null;
  private ready: Ready | null = null;
  private attempts = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private earlier = '';
  private current = '';
  private closingCode: string | null = null;
  private lastSent = Number.NEGATIVE_INFINITY;
  private awaitedSpeech: { resolve: (url: string) => void; reject: (why: SpeechRefused) => void } | null =
    null;

  constructor(private readonly surroundings: Surroundings = browser) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  getSnapshot = (): Snapshot => this.snapshot;

  /** Begin, or go on with other settings. Only another bundle forgets the words so far. */
  open(settings: Settings): void {
    const before = this.settings;
    this.settings = settings;
    if (before && before.bundle !== settings.bundle) this.forgetWords();
    const alive =
      this.socket !== null || this.snapshot.phase === 'waiting' || this.snapshot.phase === 'asleep';
    if (before && alive && sameConnection(before, settings)) {
      if (before.language !== settings.language) this.send({ type: 'language', language: settings.language });
      return;
    }
    this.disconnect();
    this.attempts = 0;
    this.update({ again: false, problem: null });
    this.connect();
  }

  /** End the session. The words stay to be read. */
  close(): void {
    this.disconnect();
    this.update({ phase: 'closed', retryAt: null, again: false, problem: null });
  }

  /** Send what was seen. `points` are all extracted points; the session picks those that the bundle wants. */
  observe(ms: number, points: Float32Array): void {
    if (this.snapshot.phase === 'asleep') this.connect();
    const { socket, ready } = this;
    if (!socket || !ready) return;
    const now = this.surroundings.now();
    // A little less than the whole gap, because frames of a camera do not come evenly.
    const tooSoon = now - this.lastSent < 900 / ready.limits.maxFps;
    if (tooSoon || socket.bufferedAmount > MOST_BUFFERED_BYTES) {
      this.update({ unsent: this.snapshot.unsent + 1 });
      return;
    }
    this.lastSent = now;
    socket.send(encodeObservation(ms, arrange(points, ready.groups)));
  }

  push(down: boolean): void {
    this.send({ type: 'push', down });
  }

  clear(): void {
    this.forgetWords();
    this.send({ type: 'clear' });
  }

  undo(): void {
    if (this.current !== '') {
      this.send({ type: 'undo' });
      this.update({ lastWord: null });
    } else {
      this.earlier = this.earlier.replace(/\s*\S+\s*$/u, '');
      this.update({ text: this.earlier, lastWord: null });
    }
  }

  /** Ask the server for the sentence as sound. Resolves to the address of a WAV, rejects with `SpeechRefused`. */
  speak(): Promise<string> {
    this.awaitedSpeech?.reject(new SpeechRefused('replaced'));
    if (!this.ready) return Promise.reject(new SpeechRefused('not_connected'));
    return new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => settle(() => reject(new SpeechRefused('timeout'))), SPEECH_TIMEOUT_MS);
      const settle = (finish: () => void) => {
        clearTimeout(timer);
        this.awaitedSpeech = null;
        finish();
      };
      this.awaitedSpeech = {
        resolve: (url) => settle(() => resolve(url)),
        reject: (why) => settle(() => reject(why)),
      };
      this.send({ type: 'speak' });
    });
  }

  dismissProblem(): void {
    this.update({ problem: null });
  }

  private connect(): void {
    if (!this.settings) return;
    clearTimeout(this.retryTimer);
    const { settings } = this;
    const socket = this.surroundings.connect();
    this.socket = socket;
    this.closingCode = null;
    this.update({ phase: 'connecting', retryAt: null });
    socket.onopen = () => {
      const { bundle, language, mode, aspect } = this.settings ?? settings;
      this.transmit(socket, { type: 'start', bundle, language, input: 'landmarks', mode, aspect });
    };
    socket.onmessage = ({ data }) => {
      if (typeof data === 'string') this.receive(data);
    };
    socket.onclose = ({ code }) => this.lost(code);
  }

  /** Let go of the connection without hearing from it again. */
  private disconnect(): void {
    clearTimeout(this.retryTimer);
    this.send({ type: 'stop' });
    if (this.socket) {
      this.socket.onopen = null;
      this.socket.onmessage = null;
      this.socket.onclose = null;
      this.socket.close(1000);
    }
    this.leave();
  }

  /** What holds only while connected ends here; words move to the safe side. */
  private leave(): void {
    this.socket = null;
    this.ready = null;
    this.earlier = this.snapshot.text;
    this.current = '';
    this.awaitedSpeech?.reject(new SpeechRefused('not_connected'));
    this.update({ top: [], signing: 'idle', stats: null });
  }

  private lost(closeCode: number): void {
    const code = this.closingCode;
    this.leave();
    if (code === 'idle_timeout') {
      this.update({ phase: 'asleep', problem: null });
    } else if (code !== null && HOPELESS.has(code)) {
      this.update({ phase: 'failed' });
    } else {
      const full = closeCode === 1013 || code === 'too_many_sessions';
      const wait = full ? FULL_WAIT_MS : Math.min(FIRST_WAIT_MS * 2 ** this.attempts, LONGEST_WAIT_MS);
      this.attempts += 1;
      this.update({ phase: 'waiting', again: true, retryAt: this.surroundings.now() + wait });
      this.retryTimer = setTimeout(() => this.connect(), wait);
    }
  }

  private receive(text: string): void {
    const message = decodeServerMessage(text);
    switch (message?.type) {
      case 'ready':
        this.ready = message;
        this.attempts = 0;
        this.update({ phase: 'ready', again: false, problem: null, unsent: 0 });
        break;
      case 'partial':
        this.update({ top: message.top.slice(0, 5), signing: message.state });
        break;
      case 'word':
        this.update({ lastWord: { id: message.id, gloss: message.gloss, text: message.text } });
        break;
      case 'sentence':
        this.current = message.text;
        this.update({ text: [this.earlier, this.current].filter((part) => part !== '').join(' ') });
        break;
      case 'speech':
        this.awaitedSpeech?.resolve(message.url);
        break;
      case 'stats':
        this.update({ stats: message });
        break;
      case 'error':
        this.complained(message.code, message.message);
        break;
    }
  }

  private complained(code: string, message: string): void {
    this.closingCode = code;
    if (this.awaitedSpeech && code === 'speech_unavailable') {
      this.awaitedSpeech.reject(new SpeechRefused(code));
    } else {
      this.update({ problem: { code, message } });
    }
  }

  private forgetWords(): void {
    this.earlier = '';
    this.current = '';
    this.update({ text: '', lastWord: null, top: [] });
  }

  private send(message: ClientMessage): void {
    // Before `ready` only `start` may be sent; it carries the newest settings anyway.
    if (this.socket && this.ready) this.transmit(this.socket, message);
  }

  private transmit(socket: WebSocket, message: ClientMessage): void {
    if (socket.readyState === WebSocket.OPEN) socket.send(encodeMessage(message));
  }

  private update(change: Partial<Snapshot>): void {
    this.snapshot = { ...this.snapshot, ...change };
    for (const listener of this.listeners) listener();
  }
}

/** The language can change within a connection; everything else is fixed by `start`. */
function sameConnection(a: Settings, b: Settings): boolean {
  return a.bundle === b.bundle && a.mode === b.mode && Math.abs(a.aspect - b.aspect) < 0.001;
}
