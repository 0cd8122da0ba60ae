import { useEffect, useEffectEvent } from 'react';

export interface Shortcuts {
  clear(): void;
  undo(): void;
  speak(): void;
  landmarks(): void;
  help(): void;
  /** Null when the space bar is not for signing; it then scrolls the page as usual. */
  push: ((down: boolean) => void) | null;
}

/** Where a key already means something: typing, choosing, pressing. */
const OWN_KEYS = 'input:not([type="radio"]), select, textarea, [contenteditable="true"], [role="dialog"]';
const PRESSED_BY_SPACE = 'button, a, summary, [role="button"]';

/**
 * Single keys for a person whose hands are busy signing. They can be switched off, because speech input and trembling
 * hands type letters by accident (WCAG 2.1.4).
 */
export function useShortcuts(enabled: boolean, shortcuts: Shortcuts): void {
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest(OWN_KEYS)) return;
    if (event.key === ' ') {
      if (!shortcuts.push || target?.closest(PRESSED_BY_SPACE)) return;
      event.preventDefault();
      if (!event.repeat) shortcuts.push(true);
      return;
    }
    if (event.repeat) return;
    if (event.key === '?') return shortcuts.help();
    switch (event.key.toLowerCase()) {
      case 'c':
        return shortcuts.clear();
      case 'z':
      case 'backspace':
        return shortcuts.undo();
      case 's':
        return shortcuts.speak();
      case 'l':
        return shortcuts.landmarks();
    }
  });

  const released = useEffectEvent((event: KeyboardEvent) => {
    if (event.key === ' ') shortcuts.push?.(false);
  });
  // A key released in another window is never reported here.
  const left = useEffectEvent(() => shortcuts.push?.(false));

  useEffect(() => {
    if (!enabled) return;
    const onDown = (event: KeyboardEvent) => pressed(event);
    const onUp = (event: KeyboardEvent) => released(event);
    const onBlur = () => left();
    window.addEventListener('keydown', onDown);
    window.addEventListener('keyup', onUp);
    window.addEventListener('blur', onBlur);
    return () => {
      window.removeEventListener('keydown', onDown);
      window.removeEventListener('keyup', onUp);
      window.removeEventListener('blur', onBlur);
    };
  }, [enabled]);
}
