/**
 * The name of a spoken or signed language (ISO 639) as the reader calls it: "American Sign Language" for `ase`.
 * Browsers know few names in Khmer, so English stands in; `otherwise` where no name is known.
 */
export function languageName(code: string, readerLanguage: string, otherwise: string): string {
  for (const reader of [readerLanguage, 'en']) {
    try {
      const name = new Intl.DisplayNames([reader], { type: 'language', fallback: 'none' }).of(code);
      if (name) return name;
    } catch {
      // An ill-formed code: nothing can name it.
    }
  }
  return otherwise;
}
