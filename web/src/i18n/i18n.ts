/** The languages of the interface. Adding one is adding a locale file and a line here. */

import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from './locales/en.json';
import km from './locales/km.json';
import vi from './locales/vi.json';

export const LOCALES = { en, km, vi } as const;
export type Locale = keyof typeof LOCALES;

/** Each in its own words, so that people find theirs whatever the page shows now. */
export const LOCALE_NAMES: Record<Locale, string> = { en: 'English', km: 'ខ្មែរ', vi: 'Tiếng Việt' };

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en };
  }
}

const STORED = 'chereme.locale';

export function isLocale(value: unknown): value is Locale {
  return typeof value === 'string' && Object.hasOwn(LOCALES, value);
}

/** The first of the person's languages that the page speaks. */
export function chooseLocale(stored: string | null, preferred: readonly string[]): Locale {
  if (isLocale(stored)) return stored;
  return preferred.map((tag) => tag.toLowerCase().split('-')[0]).find(isLocale) ?? 'en';
}

export function startI18n(): void {
  i18next.on('languageChanged', (language) => {
    document.documentElement.lang = language;
  });
  void i18next.use(initReactI18next).init({
    lng: chooseLocale(localStorage.getItem(STORED), navigator.languages),
    fallbackLng: 'en',
    resources: Object.fromEntries(
      Object.entries(LOCALES).map(([name, texts]) => [name, { translation: texts }]),
    ),
    interpolation: { escapeValue: false },
    initAsync: false,
  });
}

export function changeLocale(locale: Locale): void {
  localStorage.setItem(STORED, locale);
  void i18next.changeLanguage(locale);
}
