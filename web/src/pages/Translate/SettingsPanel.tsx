import { NativeSelect, SegmentedControl, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Bundle, bundleTitle } from '../../bundles/bundles';
import { spokenLanguageName } from '../../i18n/languageName';
import type { Mode } from '../../live/protocol';
import { QuestionIcon } from '../../shell/icons';
import styles from './SettingsPanel.module.css';

interface SettingsPanelProps {
  bundles: readonly Bundle[];
  bundle: Bundle;
  language: string;
  mode: Mode;
  onBundle(name: string): void;
  onLanguage(language: string): void;
  onMode(mode: Mode): void;
  onHelp(): void;
}

export function SettingsPanel(props: SettingsPanelProps) {
  const { bundles, bundle, language, mode, onBundle, onLanguage, onMode, onHelp } = props;
  const { t, i18n } = useTranslation();
  return (
    <section className={styles.settings} aria-label={t('settings.region')}>
      <NativeSelect
        className={styles.bundle}
        label={t('settings.bundle')}
        data-testid="bundle-menu"
        value={bundle.name}
        onChange={({ currentTarget: { value } }) => onBundle(value)}
        data={bundles.map((one) => {
          const title = bundleTitle(one, i18n.language);
          const label = one.experimental ? `${title} (${t('translate.experimental')})` : title;
          return { value: one.name, label };
        })}
      />
      {bundle.languages.length > 0 && (
        <NativeSelect
          label={t('settings.language')}
          data-testid="language-menu"
          value={language}
          onChange={({ currentTarget: { value } }) => onLanguage(value)}
          data={bundle.languages.map((code) => ({
            value: code,
            label: spokenLanguageName(code, i18n.language),
          }))}
        />
      )}
      <div className={styles.mode}>
        <span id="mode-label">{t('settings.mode')}</span>
        <SegmentedControl
          aria-labelledby="mode-label"
          color="teal"
          classNames={{ root: styles.choice ?? '' }}
          data-testid="mode-menu"
          value={mode}
          onChange={(value) => onMode(value === 'push' ? 'push' : 'continuous')}
          data={[
            { value: 'continuous', label: t('settings.continuous') },
            { value: 'push', label: t('settings.push') },
          ]}
        />
      </div>
      <UnstyledButton className={styles.help} data-testid="shortcuts" onClick={onHelp}>
        <QuestionIcon />
        {t('app.shortcuts')}
      </UnstyledButton>
    </section>
  );
}
