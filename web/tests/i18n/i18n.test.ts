import i18next from 'i18next';
import { describe, expect, it } from 'vitest';
import { changeLocale, chooseLocale, LOCALE_NAMES, LOCALES, type Locale } from '../../src/i18n/i18n';
import { spokenLanguageName } from '../../src/i18n/languageName';

type Texts = { [key: string]: string | Texts };

function flatten(texts: Texts, prefix = ''): Record<string, string> {
  return Object.assign(
    {},
    ...Object.entries(texts).map(([key, value]) =>
      typeof value === 'string' ? { [prefix + key]: value } : flatten(value, `${prefix}${key}.`),
    ),
  );
}

const english = flatten(LOCALES.en);
const placeholders = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort();

describe.each(Object.keys(LOCALES) as Locale[])('%s', (locale) => {
  const texts = flatten(LOCALES[locale]);

  it('has every text and no other', () => {
    expect(Object.keys(texts).sort()).toEqual(Object.keys(english).sort());
  });

  it('has no empty text', () => {
    expect(Object.entries(texts).filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('fills in the same things', () => {
    for (const [key, text] of Object.entries(texts)) {
      expect([key, placeholders(text)]).toEqual([key, placeholders(english[key] ?? '')]);
    }
  });

  it('has a name to choose it by', () => {
    expect(LOCALE_NAMES[locale]).not.toBe('');
  });
});

describe('the language of the page', () => {
  it('is the one chosen before, else the first the person prefers', () => {
    expect(chooseLocale('km', ['vi'])).toBe('km');
    expect(chooseLocale(null, ['fr', 'vi-VN', 'en'])).toBe('vi');
    expect(chooseLocale('xx', ['fr'])).toBe('en');
  });

  it('is told to the browser and remembered', () => {
    changeLocale('km');
    expect(document.documentElement.lang).toBe('km');
    expect(i18next.language).toBe('km');
    expect(localStorage.getItem('chereme.locale')).toBe('km');
  });
});

it('a language without a name is called by its code', () => {
  expect(spokenLanguageName('vi', 'en')).toBe('Vietnamese');
  expect(spokenLanguageName('not a code', 'en')).toBe('not a code');
});
