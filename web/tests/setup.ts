import { cleanup } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach } from 'vitest';
import { changeLocale, startI18n } from '../src/i18n/i18n';

beforeAll(() => startI18n());

beforeEach(() => {
  localStorage.clear();
  changeLocale('en');
});

afterEach(() => cleanup());
