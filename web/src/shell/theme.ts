import { createTheme, Drawer, type MantineColorsTuple, Modal } from '@mantine/core';

const teal: MantineColorsTuple = [
  '#e5f8f5',
  '#cdeee8',
  '#a0e0d6',
  '#6fd2c4',
  '#4fd8c4',
  '#1fa998',
  '#0f8577',
  '#0b6b61',
  '#08564e',
  '#063f39',
];

/** System fonts in every script: a web font would be a request to somewhere else, or megabytes for Khmer. */
const fonts =
  '"Avenir Next", "Segoe UI Variable", "Segoe UI", Roboto, Cantarell, "Noto Sans", "Noto Sans Khmer", "Khmer OS", "Khmer Sangam MN", "Leelawadee UI", system-ui, sans-serif';

/** Inside a dialog a header is no banner of the page, whatever screen readers make of the element. */
const dialog = {
  attributes: { header: { role: 'none' } },
  styles: {
    content: { background: 'var(--card)', color: 'var(--ink)' },
    header: { background: 'var(--card)' },
    title: { fontSize: '1.25rem', fontWeight: 700 },
  },
};

export const theme = createTheme({
  colors: { teal },
  primaryColor: 'teal',
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  luminanceThreshold: 0.4,
  fontFamily: fonts,
  headings: { fontFamily: fonts, fontWeight: '650' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Modal: Modal.extend({ defaultProps: { ...dialog, radius: 'lg' } }),
    Drawer: Drawer.extend({ defaultProps: dialog }),
  },
});
