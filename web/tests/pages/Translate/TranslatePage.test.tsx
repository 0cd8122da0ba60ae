import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { MemoryRouter, Route, Routes } from 'react-router';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Extractor } from '../../../src/landmarks/extractor';
import { TranslatePage } from '../../../src/pages/Translate/TranslatePage';
import { Shell } from '../../../src/shell/Shell';
import { FakeSocket } from '../../live/fakeSocket';

vi.mock('../../../src/landmarks/extractor', () => ({
  Extractor: { load: async () => ({ extract: vi.fn(), close: vi.fn() }) as unknown as Extractor },
}));

const gloss = (name: string) => ({ gloss: name, texts: { en: name.toLowerCase(), vi: `chữ ${name}` } });
const BUNDLES = [
  {
    name: 'letters',
    version: '1.0.0',
    title: { en: 'Letters' },
    sign_language: 'ase',
    experimental: false,
    idle: 'IDLE',
    languages: ['en', 'vi'],
    glosses: [gloss('A'), gloss('B'), gloss('IDLE')],
  },
  {
    name: 'words',
    version: '1.0.0',
    title: { en: 'Words' },
    sign_language: 'ase',
    experimental: true,
    idle: null,
    languages: ['en'],
    glosses: [gloss('HELLO'), gloss('WATER'), gloss('HELP')],
  },
];

const json = (value: unknown) =>
  new Response(JSON.stringify(value), { headers: { 'content-type': 'application/json' } });

function serve(answers: Record<string, () => Response>): void {
  vi.stubGlobal('fetch', async (url: string) => answers[url]?.() ?? new Response('', { status: 404 }));
}

function renderPage() {
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retryDelay: 1 } } })}>
        <MemoryRouter>
          <Routes>
            <Route element={<Shell />}>
              <Route index element={<TranslatePage />} />
            </Route>
          </Routes>
        </MemoryRouter>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return userEvent.setup();
}

function giveCamera(getUserMedia: () => Promise<unknown>): void {
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('createImageBitmap', () => undefined);
  Object.defineProperty(navigator, 'mediaDevices', {
    configurable: true,
    value: {
      getUserMedia,
      enumerateDevices: async () => [],
      addEventListener() {},
      removeEventListener() {},
    },
  });
}

class FakeTrack extends EventTarget {
  stop = vi.fn();
  getSettings = () => ({ deviceId: 'a' });
}

function fakeStream(track: FakeTrack) {
  return { getTracks: () => [track], getVideoTracks: () => [track] };
}

/** Start the camera and get as far as a session that is ready. */
async function goLive(user: ReturnType<typeof userEvent.setup>, track = new FakeTrack()) {
  giveCamera(async () => fakeStream(track));
  const video = document.querySelector('video');
  if (!video) throw new Error('the page has no video');
  Object.defineProperties(video, {
    srcObject: { configurable: true, writable: true, value: null },
    videoWidth: { configurable: true, value: 640 },
    videoHeight: { configurable: true, value: 480 },
    play: { configurable: true, value: async () => undefined },
  });
  await user.click(screen.getByTestId('start-camera'));
  await screen.findByTestId('stop-camera');
  fireEvent.loadedMetadata(video);
  await waitFor(() => expect(FakeSocket.opened).not.toHaveLength(0));
  act(() => FakeSocket.last.ready());
  return { video, track };
}

beforeEach(() => {
  FakeSocket.opened = [];
  vi.stubGlobal('WebSocket', Object.assign(FakeSocket, { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 }));
  serve({ '/api/v1/bundles': () => json({ bundles: BUNDLES }) });
});

describe('what it says about itself', () => {
  it('counts the signs it knows and names the language', async () => {
    renderPage();
    await screen.findByText('Recognises 2 isolated signs of American Sign Language.');
    expect(screen.getAllByRole('heading', { level: 1 })).toHaveLength(1);
    expect(document.title).toBe('Translate · Chereme');
    expect(screen.queryByTestId('experimental')).toBeNull();
  });

  it('marks a bundle that has not passed its checks', async () => {
    const user = renderPage();
    await user.selectOptions(await screen.findByTestId('bundle-menu'), 'words');
    await screen.findByTestId('experimental');
    screen.getByText(/3 isolated signs/);
  });

  it('asks for no language of a bundle that has texts in none', async () => {
    const [letters] = BUNDLES;
    serve({ '/api/v1/bundles': () => json({ bundles: [{ ...letters, languages: [] }] }) });
    renderPage();
    await screen.findByTestId('bundle-menu');
    expect(screen.queryByTestId('language-menu')).toBeNull();
  });

  it('speaks Vietnamese and Khmer', async () => {
    const user = renderPage();
    await screen.findByTestId('start-camera');
    await user.selectOptions(screen.getByTestId('ui-language-menu'), 'vi');
    expect(screen.getByTestId('start-camera').textContent).toBe('Bật camera');
    await user.selectOptions(screen.getByTestId('ui-language-menu'), 'km');
    expect(screen.getByTestId('start-camera').textContent).toBe('បើកកាមេរ៉ា');
    expect(document.documentElement.lang).toBe('km');
  });

  it('lists the signs and searches them in every language', async () => {
    const user = renderPage();
    await user.click(await screen.findByTestId('vocabulary'));
    const drawer = await screen.findByRole('dialog');
    expect(within(drawer).getAllByRole('listitem')).toHaveLength(2);
    await user.type(within(drawer).getByRole('searchbox'), 'chữ b');
    expect(within(drawer).getAllByRole('listitem')).toHaveLength(1);
    within(drawer).getByText('1 of 2 signs');
  });
});

describe('when something is missing', () => {
  it('a silent server is told in words, and asked again', async () => {
    serve({});
    const user = renderPage();
    await screen.findByText(/The server does not answer/);
    serve({ '/api/v1/bundles': () => json({ bundles: BUNDLES }) });
    await user.click(screen.getByText('Try again'));
    await screen.findByTestId('start-camera');
  });

  it('a server without bundles is told in words', async () => {
    serve({ '/api/v1/bundles': () => json({ bundles: [] }) });
    renderPage();
    await screen.findByText(/no recogniser yet/);
  });

  it('a refused camera is told in words, and can be tried again', async () => {
    const user = renderPage();
    await screen.findByTestId('start-camera');
    giveCamera(() => Promise.reject(new DOMException('', 'NotAllowedError')));
    await user.click(screen.getByTestId('start-camera'));
    await screen.findByText(/The camera is not allowed/);
    screen.getByTestId('start-camera');
  });

  it('a film that is not there is told in words', async () => {
    const user = renderPage();
    await user.click(await screen.findByTestId('try-film'));
    await screen.findByText(/No film is installed/);
  });

  it('a camera unplugged during use is told in words', async () => {
    const user = renderPage();
    await screen.findByTestId('start-camera');
    const { track } = await goLive(user);
    act(() => void track.dispatchEvent(new Event('ended')));
    await screen.findByText(/The camera is gone/);
    screen.getByTestId('start-camera');
  });
});

describe('a session', () => {
  it('shows what is seen and what was said, and its buttons wake up', async () => {
    const user = renderPage();
    await screen.findByTestId('start-camera');
    expect(screen.getByTestId('clear').getAttribute('aria-disabled')).toBe('true');
    await goLive(user);
    expect(screen.getByTestId('status').textContent).toBe('Ready. Sign one sign at a time.');
    act(() => {
      FakeSocket.last.say({
        type: 'partial',
        state: 'signing',
        top: [{ gloss: 'A', text: 'a', confidence: 0.87 }],
      });
      FakeSocket.last.say({ type: 'sentence', text: 'hello a' });
    });
    expect(within(screen.getByTestId('partial')).getByRole('listitem').textContent).toBe('a87%');
    expect(screen.getByTestId('caption').textContent?.trim()).toBe('hello a');
    expect(screen.getByTestId('clear').getAttribute('aria-disabled')).toBeNull();

    await user.click(screen.getByTestId('undo'));
    expect(FakeSocket.last.messages.at(-1)).toEqual({ type: 'undo' });
    await user.click(screen.getByTestId('clear'));
    expect(screen.getByTestId('caption').textContent).toBe('');
  });

  it('announces committed words, not guesses', async () => {
    const user = renderPage();
    await screen.findByTestId('start-camera');
    await goLive(user);
    expect(screen.getByTestId('caption').getAttribute('aria-live')).toBe('polite');
    expect(screen.getByTestId('partial').closest('[aria-live]')).toBeNull();
  });

  it('ends with the camera: tracks are stopped and the server is told', async () => {
    const user = renderPage();
    await screen.findByTestId('start-camera');
    const { track } = await goLive(user);
    await user.click(screen.getByTestId('stop-camera'));
    expect(track.stop).toHaveBeenCalled();
    expect(FakeSocket.last.messages.at(-1)).toEqual({ type: 'stop' });
    screen.getByText('The camera is off.');
  });

  it('says that it connects again', async () => {
    const user = renderPage();
    await screen.findByTestId('start-camera');
    await goLive(user);
    act(() => FakeSocket.last.drop());
    expect(screen.getByTestId('status').textContent).toMatch(/Trying again in 1 s/);
  });

  it('mirrors the picture only, and hides the landmarks on request', async () => {
    const user = renderPage();
    await screen.findByTestId('start-camera');
    const { video } = await goLive(user);
    expect(video.parentElement?.dataset.mirrored).toBe('true');
    expect(screen.getByTestId('overlay-canvas').hidden).toBe(false);
    await user.click(screen.getByTestId('overlay-toggle'));
    expect(screen.getByTestId('overlay-canvas').hidden).toBe(true);
  });

  it('tells in words when nothing can speak', async () => {
    const user = renderPage();
    await screen.findByTestId('start-camera');
    await goLive(user);
    act(() => FakeSocket.last.say({ type: 'sentence', text: 'hello' }));
    await user.click(screen.getByTestId('speak'));
    await waitFor(() => expect(FakeSocket.last.messages.at(-1)).toEqual({ type: 'speak' }));
    act(() => FakeSocket.last.say({ type: 'error', code: 'speech_unavailable', message: '' }));
    await screen.findByText(/There is no voice for this language/);
  });
});

describe('keys', () => {
  it('clear, take back, hide landmarks and hold to sign', async () => {
    const user = renderPage();
    await screen.findByTestId('start-camera');
    await goLive(user);
    await user.click(screen.getByText('While I hold'));
    act(() => FakeSocket.last.ready());
    await user.keyboard('[Space>][/Space]');
    expect(FakeSocket.last.messages.slice(1)).toEqual([
      { type: 'push', down: true },
      { type: 'push', down: false },
    ]);
    act(() => FakeSocket.last.say({ type: 'sentence', text: 'a b' }));
    await user.keyboard('z');
    expect(FakeSocket.last.messages.at(-1)).toEqual({ type: 'undo' });
    await user.keyboard('c');
    expect(FakeSocket.last.messages.at(-1)).toEqual({ type: 'clear' });
    await user.keyboard('l');
    expect(screen.getByTestId('overlay-canvas').hidden).toBe(true);
  });

  it('leave the space bar alone when it is not for signing', async () => {
    renderPage();
    await screen.findByTestId('start-camera');
    expect(fireEvent.keyDown(document.body, { key: ' ' })).toBe(true);
  });

  it('go on from the stage when the pressed button vanishes', async () => {
    const user = renderPage();
    await screen.findByTestId('start-camera');
    await goLive(user);
    expect(document.activeElement).toBe(screen.getByRole('region', { name: 'Camera' }));
  });

  it('are listed, and can be switched off', async () => {
    const user = renderPage();
    await screen.findByTestId('start-camera');
    await user.keyboard('?');
    const dialog = await screen.findByRole('dialog');
    await user.click(within(dialog).getByLabelText('Single-key shortcuts are on'));
    await user.keyboard('{Escape}');
    await user.keyboard('l');
    expect(screen.getByTestId('overlay-canvas').hidden).toBe(false);
  });
});
