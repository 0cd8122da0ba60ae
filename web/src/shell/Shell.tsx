import { NativeSelect, UnstyledButton, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link, Outlet } from 'react-router';
import { changeLocale, isLocale, LOCALE_NAMES } from '../i18n/i18n';
import { Handshape } from './Handshape';
import { MoonIcon, SunIcon } from './icons';
import styles from './Shell.module.css';

/** What every page has around it. */
export function Shell() {
  const { t, i18n } = useTranslation();
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#content">
        {t('app.skip')}
      </a>
      <header className={styles.bar}>
        <Link className={styles.brand} to="/">
          <Handshape size={30} />
          Chereme
        </Link>
        <div className={styles.tools}>
          <NativeSelect
            aria-label={t('app.pageLanguage')}
            data-testid="ui-language-menu"
            value={i18n.language}
            onChange={({ currentTarget: { value } }) => isLocale(value) && changeLocale(value)}
            data={Object.entries(LOCALE_NAMES).map(([value, label]) => ({ value, label }))}
          />
          <ColourSchemeButton />
        </div>
      </header>
      <main id="content" className={styles.main} tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}

/** Follows the system until it is pressed. */
function ColourSchemeButton() {
  const { t } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme('light') === 'dark';
  const name = t(dark ? 'app.useLight' : 'app.useDark');
  return (
    <UnstyledButton
      className={styles.tool}
      aria-label={name}
      title={name}
      onClick={() => setColorScheme(dark ? 'light' : 'dark')}
    >
      {dark ? <SunIcon /> : <MoonIcon />}
    </UnstyledButton>
  );
}
