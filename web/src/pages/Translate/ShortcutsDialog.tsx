import { Kbd, Modal, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import styles from './ShortcutsDialog.module.css';

interface ShortcutsDialogProps {
  opened: boolean;
  enabled: boolean;
  onEnable(enabled: boolean): void;
  onClose(): void;
}

export function ShortcutsDialog({ opened, enabled, onEnable, onClose }: ShortcutsDialogProps) {
  const { t } = useTranslation();
  const rows = [
    { keys: [t('shortcuts.space')], does: t('shortcuts.push') },
    { keys: ['S'], does: t('shortcuts.speak') },
    { keys: ['Z', t('shortcuts.backspace')], does: t('shortcuts.undo') },
    { keys: ['C'], does: t('shortcuts.clear') },
    { keys: ['L'], does: t('shortcuts.landmarks') },
    { keys: ['?'], does: t('shortcuts.help') },
  ];
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('shortcuts.title')}
      centered
      closeButtonProps={{ 'aria-label': t('shortcuts.close') }}
    >
      <dl className={styles.keys}>
        {rows.map(({ keys, does }) => (
          <div key={does}>
            <dt>
              {keys.map((key, i) => (
                <span key={key}>
                  {i > 0 && ` ${t('shortcuts.or')} `}
                  <Kbd>{key}</Kbd>
                </span>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <Switch
        label={t('shortcuts.enabled')}
        checked={enabled}
        onChange={({ currentTarget: { checked } }) => onEnable(checked)}
      />
    </Modal>
  );
}
