import { existsSync } from 'node:fs';
import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

import { injectEveryParameter } from './inject-every-parameter.js';

/** One program for node code, one for each browser side. */
const projects = [
  'tsconfig.json',
  'src/web/tsconfig.json',
  'test/e2e/tsconfig.json',
  'fixtures/host/page/tsconfig.json',
  'fixtures/vk/page/tsconfig.json',
];

const noFocus = [
  {
    selector: 'MemberExpression[object.name=/^(describe|it|suite|test|context)$/][property.name=/^(only|skip)$/]',
    message: 'Every test runs, always: take the .only or .skip away.',
  },
];

const wiring = [
  {
    selector: "NewExpression[callee.name='Container']",
    message: 'The host owns the container: bind in a ContainerModule instead.',
  },
  {
    selector:
      "CallExpression[callee.object.name='container'][callee.property.name=/^(get|getAll|getAsync|getAllAsync)$/]," +
      "CallExpression[callee.property.name='toDynamicValue'] CallExpression[callee.property.name=/^(get|getAll|getAsync|getAllAsync)$/][arguments.0.type='Identifier']",
    message: 'Nobody asks the container: take what you need as a constructor parameter with @inject(Token).',
  },
];

/** Messages of errors stay where they are thrown: they say what to do next, and a code goes with them. */
const catalogue = ['Literal[value=/[а-яё]{3}/i]', 'TemplateElement[value.raw=/[а-яё]{3}/i]'].map((literal) => ({
  selector: `${literal}:not(NewExpression[callee.name=/Error$/] *, CallExpression[callee.name='super'] *, CallExpression[callee.type='Super'] *)`,
  message: 'Russian stands in the catalogue: src/protocol/texts.ts, or a *-text.ts beside this file.',
}));

export default defineConfig(
  { ignores: ['**/node_modules/', '**/dist/', '.data/', 'coverage/', '**/vite.config.ts'] },
  {
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' },
  },
  eslint.configs.recommended,
  {
    rules: {
      eqeqeq: 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-restricted-syntax': ['error', ...noFocus],
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'] }],
      'no-promise-executor-return': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: {
      globals: {
        console: 'readonly',
        process: 'readonly',
        setTimeout: 'readonly',
        URL: 'readonly',
      },
    },
  },
  {
    // Scripts of a page: the browser's names are many.
    files: ['fixtures/*/page/**/*.js', 'test/support/**/web/**/*.js'],
    rules: { 'no-undef': 'off' },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { project: projects.filter((path) => existsSync(path)), tsconfigRootDir: process.cwd() },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      // A token and its interface carry one name.
      '@typescript-eslint/no-redeclare': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/only-throw-error': 'error',
      // An interface that is asynchronous may have an implementation that need not wait.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    plugins: { house: { rules: { 'inject-every-parameter': injectEveryParameter } } },
    rules: {
      'house/inject-every-parameter': 'error',
      'no-console': 'error',
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'inversify', importNames: ['Container'], message: 'The host owns the container.' }] },
      ],
      'no-restricted-syntax': ['error', ...noFocus, ...wiring],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: [
      'src/**/*-text.ts',
      'src/**/*-texts.ts',
      'src/protocol/**',
      'src/web/**',
      'src/desktop/**',
      'src/rights/**',
    ],
    rules: { 'no-restricted-syntax': ['error', ...noFocus, ...wiring, ...catalogue] },
  },
  {
    files: ['src/**/*-styles.ts', 'src/**/*-text.ts', 'src/**/texts.ts'],
    rules: { 'max-lines': 'off' },
  },
  {
    // Lit calls the methods that a template names on their element.
    files: ['src/web/**/*.ts', 'fixtures/*/page/**/*.ts'],
    rules: { '@typescript-eslint/unbound-method': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // chai asserts by reading properties, and mocha's hooks and doubles pass methods around.
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);
