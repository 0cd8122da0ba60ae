import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ClearIcon, SpeakIcon, UndoIcon } from '../../shell/icons';
import styles from './Caption.module.css';
import { ScreenButton } from './ScreenButton';

interface CaptionProps {
  text: string;
  language: string;
  /** What was recognised last. It stands out until the next word comes. */
  fresh: string | null;
  speaking: boolean;
  onSpeak(): void;
  onUndo(): void;
  onClear(): void;
}

/** From this many letters on the words are set smaller. */
const LONG = 60;

/** The recognised words, to be read at arm's length. */
export function Caption({ text, language, fresh, speaking, onSpeak, onUndo, onClear }: CaptionProps) {
  const { t } = useTranslation();
  const paperRef = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The newest word must be in sight, also when the sentence is longer than its room.
    if (text !== '') paperRef.current?.scrollTo({ top: paperRef.current.scrollHeight });
  }, [text]);
  const words = inWords(text);
  // A sign may mean several words, and a fingerspelled letter is only the end of one.
  const firstFresh = words.length - inWords(fresh ?? '').length;
  return (
    <section className={styles.caption} aria-label={t('caption.region')}>
      {/* A long sentence scrolls, also by keyboard. */}
      <div className={styles.paper} ref={paperRef} tabIndex={text.length > LONG ? 0 : undefined}>
        {/* Word by word, so that screen readers say what was added and not the whole sentence again. */}
        <p
          className={styles.words}
          data-testid="caption"
          data-long={text.length > LONG || undefined}
          lang={language}
          aria-live="polite"
          aria-atomic="false"
        >
          {words.map((word, i) => (
            // A word's place is its identity: the same word may stand twice.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <span key={`${i} ${word}`} data-fresh={i >= firstFresh || undefined}>
              {word}{' '}
            </span>
          ))}
        </p>
        {text === '' && <p className={styles.empty}>{t('caption.empty')}</p>}
      </div>
      <div className={styles.actions}>
        <ScreenButton
          look="main"
          icon={<SpeakIcon />}
          data-testid="speak"
          resting={text === ''}
          aria-busy={speaking}
          onClick={onSpeak}
        >
          {t('caption.speak')}
        </ScreenButton>
        <ScreenButton icon={<UndoIcon />} data-testid="undo" resting={text === ''} onClick={onUndo}>
          {t('caption.undo')}
        </ScreenButton>
        <ScreenButton icon={<ClearIcon />} data-testid="clear" resting={text === ''} onClick={onClear}>
          {t('caption.clear')}
        </ScreenButton>
      </div>
    </section>
  );
}

function inWords(text: string): string[] {
  return text.split(/\s+/u).filter((word) => word !== '');
}
