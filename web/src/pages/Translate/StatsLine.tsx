import { useTranslation } from 'react-i18next';
import type { Snapshot } from '../../live/session';
import styles from './StatsLine.module.css';
import type { Speed } from './useExtraction';

/** How fast it goes and what was left out, in one quiet line. */
export function StatsLine({ speed, live }: { speed: Speed | null; live: Snapshot }) {
  const { t, i18n } = useTranslation();
  const number = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 0 });
  const ms = (value: number | undefined) =>
    value === undefined ? t('stats.none') : t('stats.ms', { ms: number.format(value) });
  const dropped = (speed?.skipped ?? 0) + live.unsent + (live.stats?.dropped ?? 0);
  const rows = [
    { name: t('stats.fps'), value: speed ? number.format(speed.fps) : t('stats.none') },
    { name: t('stats.extraction'), value: ms(speed?.extractionMs) },
    { name: t('stats.server'), value: ms(live.stats?.latencyMs) },
    { name: t('stats.dropped'), value: number.format(dropped) },
  ];
  return (
    <dl className={styles.stats} data-testid="stats" aria-label={t('stats.region')}>
      {rows.map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
