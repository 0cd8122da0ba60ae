import { NativeSelect, SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Bundle } from '../../bundles/bundles';
import { languageName } from '../../i18n/languageName';
import type { Mode } from '../../live/protocol';
import styles from './SettingsPanel.module.css';

interface SettingsPanelProps {
  bundles: readonly Bundle[];
  bundle: Bundle;
  language: string;
  mode: Mode;
  onBundle(name: string): void;
  onLanguage(language: string): void;
  onMode(mode: Mode): void;
}

export function SettingsPanel(props: SettingsPanelProps) {
  const { bundles, bundle, language, mode, onBundle, onLanguage, onMode } = props;
  const { t, i18n } = useTranslation();
  return (
    <section className={styles.settings} aria-label={t('settings.region')}>
      <NativeSelect
        className={styles.bundle}
        label={t('settings.bundle')}
        data-testid="bundle-menu"
        value={bundle.name}
        onChange={({ currentTarget: { value } }) => onBundle(value)}
        data={bundles.map(({ name, title, experimental }) => ({
          value: name,
          label: experimental ? `${title} (${t('translate.experimental')})` : title,
        }))}
      />
      <NativeSelect
        label={t('settings.language')}
        data-testid="language-menu"
        value={language}
        onChange={({ currentTarget: { value } }) => onLanguage(value)}
        data={bundle.languages.map((code) => ({
          value: code,
          label: languageName(code, i18n.language, code),
        }))}
      />
      <div className={styles.mode}>
        <span id="mode-label">{t('settings.mode')}</span>
        <SegmentedControl
          aria-labelledby="mode-label"
          data-testid="mode-menu"
          value={mode}
          onChange={(value) => onMode(value === 'push' ? 'push' : 'continuous')}
          data={[
            { value: 'continuous', label: t('settings.continuous') },
            { value: 'push', label: t('settings.push') },
          ]}
        />
      </div>
    </section>
  );
}
