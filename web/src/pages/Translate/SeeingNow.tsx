import { useTranslation } from 'react-i18next';
import type { Candidate } from '../../live/protocol';
import styles from './SeeingNow.module.css';

interface SeeingNowProps {
  top: readonly Candidate[];
  language: string;
  watching: boolean;
}

/** What the recogniser sees at this moment. Not announced: it changes many times a second. */
export function SeeingNow({ top, language, watching }: SeeingNowProps) {
  const { t, i18n } = useTranslation();
  const percent = new Intl.NumberFormat(i18n.language, { style: 'percent', maximumFractionDigits: 0 });
  return (
    <section className={styles.partial} aria-labelledby="partial-heading">
      <h2 id="partial-heading">{t('partial.heading')}</h2>
      <ol data-testid="partial">
        {top.map(({ gloss, text, confidence }) => (
          <li key={gloss}>
            <span className={styles.text} lang={language}>
              {text}
            </span>
            <span className={styles.track} aria-hidden="true">
              <span style={{ transform: `scaleX(${Math.min(1, Math.max(0, confidence))})` }} />
            </span>
            <span className={styles.percent}>{percent.format(confidence)}</span>
          </li>
        ))}
      </ol>
      {top.length === 0 && <p className={styles.idle}>{t(watching ? 'partial.idle' : 'partial.off')}</p>}
    </section>
  );
}
