/** The films that let people try the page without a camera. */

import { useQuery } from '@tanstack/react-query';

export interface Film {
  file: string;
  /** Name of the bundle that knows the signs in it. */
  bundle: string;
  title: Record<string, string>;
  credit: string;
}

export function useFilms() {
  return useQuery({
    queryKey: ['films'],
    queryFn: fetchFilms,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

/** A server without films is in order: there is just none to try. */
async function fetchFilms(): Promise<Film[]> {
  const response = await fetch('/films/films.json');
  if (!response.ok || !response.headers.get('content-type')?.includes('json')) return [];
  const films: unknown = await response.json();
  return Array.isArray(films) ? films.filter(isFilm) : [];
}

function isFilm(value: unknown): value is Film {
  const film = value as Partial<Film> | null;
  return typeof film?.file === 'string' && typeof film.bundle === 'string' && typeof film.title === 'object';
}

export function filmUrl(film: Film): string {
  return `/films/${encodeURIComponent(film.file)}`;
}

export function filmTitle(film: Film, language: string): string {
  return film.title[language] ?? film.title.en ?? film.file;
}

/** The film that fits the chosen bundle, else any. */
export function filmFor(films: readonly Film[], bundle: string | undefined): Film | null {
  return films.find((film) => film.bundle === bundle) ?? films[0] ?? null;
}
