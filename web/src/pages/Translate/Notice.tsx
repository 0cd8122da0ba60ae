import { UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { ClearIcon } from '../../shell/icons';
import styles from './Notice.module.css';

/** One sentence about what is wrong and what to do. Screen readers say it at once. */
export function Notice({ children, onDismiss, dismiss }: NoticeProps) {
  return (
    <div role="alert" className={styles.notice}>
      <p>{children}</p>
      {onDismiss && (
        <UnstyledButton className={styles.dismiss} aria-label={dismiss} onClick={onDismiss}>
          <ClearIcon />
        </UnstyledButton>
      )}
    </div>
  );
}

interface NoticeProps {
  children: ReactNode;
  onDismiss?: () => void;
  dismiss?: string;
}
