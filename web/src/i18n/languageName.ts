import type { TFunction } from 'i18next';

/**
 * The name of a spoken language (ISO 639) as the reader calls it. Browsers know few names in Khmer, so English stands
 * in; the bare code is the last resort.
 */
export function spokenLanguageName(code: string, reader: string): string {
  for (const locale of [reader, 'en']) {
    try {
      const name = new Intl.DisplayNames([locale], { type: 'language', fallback: 'none' }).of(code);
      if (name) return name;
    } catch {
      // An ill-formed code: nothing can name it.
    }
  }
  return code;
}

/** Browsers do not know sign languages, so the locale files name them (ISO 639-3). */
export function signLanguageName(code: string, t: TFunction, otherwise: string): string {
  return t(`signLanguage.${code}` as 'signLanguage.ase', { defaultValue: otherwise });
}
