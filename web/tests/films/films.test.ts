import { expect, it } from 'vitest';
import { type Film, filmFor, filmTitle, filmUrl } from '../../src/films/films';

const film = (file: string, bundle: string): Film => ({ file, bundle, title: { en: file }, credit: '' });
const films = [film('a.mp4', 'letters'), film('b c.webm', 'words')];

it('the film that fits the bundle is tried first', () => {
  expect(filmFor(films, 'words')?.file).toBe('b c.webm');
  expect(filmFor(films, 'other')?.file).toBe('a.mp4');
  expect(filmFor([], 'words')).toBeNull();
});

it('titles fall back to English, addresses stay on this server', () => {
  expect(filmTitle(film('a.mp4', 'letters'), 'km')).toBe('a.mp4');
  expect(filmUrl(film('b c.webm', 'words'))).toBe('/films/b%20c.webm');
});
