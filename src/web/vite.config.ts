import { defineConfig } from 'vite';

const here = (path: string): string => decodeURIComponent(new URL(path, import.meta.url).pathname);

/** One self-contained ES module, named as the manifest's web entry. */
export default defineConfig({
  root: here('.'),
  define: { 'process.env.NODE_ENV': '"production"' },
  resolve: {
    alias: {
      // Vaadin's usage statistics write to the visitor's browser; a school's pages send nothing to third parties.
      '@vaadin/vaadin-usage-statistics/vaadin-usage-statistics.js': here('./no-usage-statistics.ts'),
      '@vaadin/vaadin-usage-statistics': here('./no-usage-statistics.ts'),
    },
  },
  build: {
    outDir: here('../../dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    // Without it the CSS minifier lowers light-dark() and colours come out empty.
    cssTarget: ['chrome128', 'firefox128', 'safari18'],
    lib: { entry: here('./index.ts'), formats: ['es'], fileName: () => 'sferum.js' },
    rolldownOptions: { output: { codeSplitting: false } },
    reportCompressedSize: false,
  },
});
