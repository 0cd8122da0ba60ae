import { expect, it } from 'vitest';
import { type Bundle, signsOf, startingLanguage } from '../../src/bundles/bundles';

const bundle: Bundle = {
  name: 'letters',
  version: '1.0.0',
  title: 'Letters',
  sign_language: 'ase',
  experimental: false,
  idle: 'IDLE',
  languages: ['en', 'km'],
  glosses: [
    { gloss: 'A', texts: { en: 'a' } },
    { gloss: 'IDLE', texts: {} },
  ],
};

it('resting is not counted as a sign', () => {
  expect(signsOf(bundle).map(({ gloss }) => gloss)).toEqual(['A']);
});

it('the language to begin with is one the bundle has', () => {
  expect(startingLanguage(bundle, 'km', 'en')).toBe('km');
  expect(startingLanguage(bundle, 'vi', 'km')).toBe('km');
  expect(startingLanguage(bundle, null, 'vi')).toBe('en');
});
