import { UnstyledButton, type UnstyledButtonProps } from '@mantine/core';
import type { ComponentPropsWithRef, ReactNode } from 'react';
import styles from './ScreenButton.module.css';

interface ScreenButtonProps extends UnstyledButtonProps, Omit<ComponentPropsWithRef<'button'>, 'style'> {
  icon?: ReactNode;
  look?: 'main' | 'plain' | 'quiet';
  /** Nothing to do just now. It keeps the focus, so that a keyboard user is not thrown to the top of the page. */
  resting?: boolean;
}

/** A button on the dark screen. */
export function ScreenButton({
  icon,
  look = 'plain',
  resting = false,
  onClick,
  children,
  ...rest
}: ScreenButtonProps) {
  return (
    <UnstyledButton
      className={styles.button}
      data-look={look}
      aria-disabled={resting || undefined}
      onClick={resting ? undefined : onClick}
      {...rest}
    >
      {icon}
      {children}
    </UnstyledButton>
  );
}
