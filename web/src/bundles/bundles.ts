/** The recognisers that the server offers. */

import { useQuery } from '@tanstack/react-query';

export interface Gloss {
  gloss: string;
  /** The sign's meaning per spoken language. */
  texts: Record<string, string>;
}

export interface Bundle {
  name: string;
  version: string;
  /** Per spoken language. */
  title: Record<string, string>;
  /** ISO 639-3. */
  sign_language: string;
  /** Has not passed the release gate. */
  experimental: boolean;
  /** The gloss that stands for resting hands, if the bundle has one. It is no sign. */
  idle: string | null;
  /** Spoken languages in which it has texts. */
  languages: string[];
  glosses: Gloss[];
}

export function useBundles() {
  return useQuery({
    queryKey: ['bundles'],
    queryFn: fetchBundles,
    staleTime: Number.POSITIVE_INFINITY,
    retry: 2,
  });
}

async function fetchBundles(): Promise<Bundle[]> {
  const response = await fetch('/api/v1/bundles');
  if (!response.ok) throw new Error(`bundles: ${response.status}`);
  const answer: { bundles: Bundle[] } = await response.json();
  return answer.bundles;
}

export function bundleTitle(bundle: Bundle, language: string): string {
  return bundle.title[language] ?? bundle.title.en ?? bundle.name;
}

/** The signs a person can use: all glosses but resting. */
export function signsOf(bundle: Bundle): Gloss[] {
  return bundle.glosses.filter(({ gloss }) => gloss !== bundle.idle);
}

/** The spoken language to begin with: the person's earlier choice, else that of the page, else the first. */
export function startingLanguage(bundle: Bundle, chosen: string | null, page: string): string {
  const wanted = [chosen, page].find((language) => language !== null && bundle.languages.includes(language));
  return wanted ?? bundle.languages[0] ?? 'en';
}
