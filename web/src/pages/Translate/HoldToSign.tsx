import { UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import styles from './HoldToSign.module.css';

interface HoldToSignProps {
  holding: boolean;
  ready: boolean;
  onHold(down: boolean): void;
}

/** Push-to-sign: what lies between press and release is one sign. */
export function HoldToSign({ holding, ready, onHold }: HoldToSignProps) {
  const { t } = useTranslation();
  return (
    <UnstyledButton
      className={styles.hold}
      data-testid="hold"
      aria-pressed={holding}
      aria-disabled={!ready || undefined}
      onPointerDown={(event) => {
        // Captured, so that letting go outside the button is seen as well.
        event.currentTarget.setPointerCapture(event.pointerId);
        onHold(true);
      }}
      onPointerUp={() => onHold(false)}
      onPointerCancel={() => onHold(false)}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if ((event.key === ' ' || event.key === 'Enter') && !event.repeat) {
          event.preventDefault();
          onHold(true);
        }
      }}
      onKeyUp={(event) => {
        if (event.key === ' ' || event.key === 'Enter') onHold(false);
      }}
      onBlur={() => onHold(false)}
    >
      {t(holding ? 'settings.holding' : 'settings.hold')}
    </UnstyledButton>
  );
}
