import { readFileSync } from 'node:fs';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** What each folder of src may import of ours, and what of it only as types; the architecture test reads the same table. */
const LAYERS = JSON.parse(readFileSync(new URL('./test/architecture/layers.json', import.meta.url), 'utf8'));
const FFI = ['koffi', 'koffi/*', 'ffi-rs'];
const TEST_RUNNERS = ['vitest', 'vitest/*', '@vitest/*', 'node:test', 'jest', '@jest/*', 'fast-check'];

const ffiOnly = { group: FFI, message: 'Only src/win32/ffi/ knows an FFI library; use Ffi.' };
const noRunner = { group: TEST_RUNNERS, message: 'The package works under every test runner: it imports none.' };

function noImports(...patterns) {
  return { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] };
}

function noFolders(folders, message, allowTypeImports) {
  if (folders.length === 0) return [];
  return [{ group: folders.map((folder) => `**/${folder}/**`), message, allowTypeImports }];
}

function layerRule([folder, { values, types, entries }]) {
  const others = Object.keys(LAYERS).filter((other) => ![folder, ...values, ...entries].includes(other));
  const never = others.filter((other) => !types.includes(other));
  return {
    files: [`src/${folder}/**/*.ts`],
    ignores: ['src/win32/ffi/**'],
    rules: noImports(
      ...noFolders(never, `${folder}/ must not import this layer.`, false),
      ...noFolders(types, `${folder}/ may import only types from this layer.`, true),
      ffiOnly,
      noRunner,
    ),
  };
}

export default defineConfig(
  globalIgnores([
    'dist/',
    'coverage/',
    'temp/',
    'node_modules/',
    'examples/*/vendor/',
    'test/programs/programs/next-app/',
  ]),
  {
    files: ['src/**/*.ts', 'test/**/*.ts', 'scripts/**/*.ts', '*.config.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // `typeof import('koffi')` names the type of what is loaded late.
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/ban-ts-comment': [
        'error',
        { 'ts-expect-error': 'allow-with-description', minimumDescriptionLength: 3 },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-type-arguments': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // `!` is what strict forbids; `as T` says what is meant.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/unbound-method': 'off',
      eqeqeq: 'error',
    },
  },
  { files: ['src/**/*.ts'], rules: { 'no-console': 'error' } },
  { files: ['src/*.ts'], rules: noImports(ffiOnly, noRunner) },
  ...Object.entries(LAYERS).map(layerRule),
  // An entry picks adapters; that of the mock has none to pick.
  { files: ['src/*/index.ts'], ignores: ['src/testing/index.ts'], rules: noImports(ffiOnly, noRunner) },
  {
    files: ['src/win32/ffi/**/*.ts'],
    rules: noImports({
      group: ['**/host/**', ...['service', 'testing', 'scm'].map((name) => `**/${name}/**`)],
      message: 'ffi/ knows no service.',
    }),
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/require-await': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector: "ImportDeclaration[source.value='node:timers/promises']",
          message: 'Wait for a condition (vi.waitFor, a deferred, the manual clock), never for a time.',
        },
      ],
    },
  },
);
