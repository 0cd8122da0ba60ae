import { Drawer, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Bundle, type Gloss, signsOf } from '../../bundles/bundles';
import styles from './VocabularyDrawer.module.css';

interface VocabularyDrawerProps {
  bundle: Bundle;
  language: string;
  opened: boolean;
  onClose(): void;
}

/** All signs that the chosen bundle knows. */
export function VocabularyDrawer({ bundle, language, opened, onClose }: VocabularyDrawerProps) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState('');
  const signs = signsOf(bundle);
  const found = signs.filter((sign) => fits(sign, wanted));
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      title={t('vocabulary.title')}
      closeButtonProps={{ 'aria-label': t('shortcuts.close') }}
    >
      <TextInput
        type="search"
        label={t('vocabulary.search')}
        value={wanted}
        onChange={({ currentTarget: { value } }) => setWanted(value)}
        data-autofocus
      />
      <p className={styles.count} role="status">
        {found.length === 0
          ? t('vocabulary.nothing')
          : t('vocabulary.found', { found: found.length, signs: signs.length })}
      </p>
      <ul className={styles.signs}>
        {found.map(({ gloss, texts }) => (
          <li key={gloss}>
            <span lang={language}>{texts[language] ?? gloss}</span>
            {texts[language]?.toLocaleLowerCase() !== gloss.toLocaleLowerCase() && texts[language] && (
              <span className={styles.gloss}>{gloss}</span>
            )}
          </li>
        ))}
      </ul>
    </Drawer>
  );
}

/** In any of its languages, so that a search works whatever the page speaks. */
function fits({ gloss, texts }: Gloss, wanted: string): boolean {
  const needle = wanted.trim().toLocaleLowerCase();
  return [gloss, ...Object.values(texts)].some((name) => name.toLocaleLowerCase().includes(needle));
}
