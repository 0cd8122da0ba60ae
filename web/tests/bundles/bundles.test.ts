import { expect, it } from 'vitest';
import { type Bundle, bundleTitle, signsOf, startingLanguage } from '../../src/bundles/bundles';

const bundle: Bundle = {
  name: 'letters',
  version: '1.0.0',
  title: { en: 'Letters', km: 'អក្សរ' },
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

it('the title is in the reader’s language where there is one', () => {
  expect(bundleTitle(bundle, 'km')).toBe('អក្សរ');
  expect(bundleTitle(bundle, 'vi')).toBe('Letters');
  expect(bundleTitle({ ...bundle, title: {} }, 'vi')).toBe('letters');
});

it('the language to begin with is one the bundle has', () => {
  expect(startingLanguage(bundle, 'km', 'en')).toBe('km');
  expect(startingLanguage(bundle, 'vi', 'km')).toBe('km');
  expect(startingLanguage(bundle, null, 'vi')).toBe('en');
});
