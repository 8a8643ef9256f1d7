import { builtinModules } from 'node:module';
import { defineConfig } from 'eslint/config';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';
import { importTable } from './scripts/eslint/import-table.mjs';

const ALL_TYPESCRIPT = ['**/*.ts'];
const WORKFLOWS = ['workflows/**/*.ts'];

export default defineConfig(
  { ignores: ['dist/**', 'coverage/**', '.data/**', 'node_modules/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' } },
  {
    files: ALL_TYPESCRIPT,
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX, gangway: { rules: { 'import-table': importTable } } },
    settings: {
      'gangway/root': import.meta.dirname,
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js', '.json'] })],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    },
    rules: {
      'gangway/import-table': 'error',
      'import-x/no-self-import': 'error',
      'no-restricted-imports': [
        'error',
        { paths: builtinModules.map((name) => ({ name, message: 'Write node: before it.' })) },
      ],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-var': 'error',
      'prefer-const': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-deprecated': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: false, requireDefaultForNonUnion: true },
      ],
      // A number in a message is read as it is written.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // A caught value is unknown, and is passed on as it came.
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true }],
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
      // A type parameter that is used once ties a value to a type.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // `async` without `await` says that a function with a promise in its type may wait one day.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
    },
  },
  {
    // A workflow's code runs again at every replay and must do the same each time. The sandbox that it runs in replaces
    // Date, Math.random and setTimeout; what it cannot replace is refused here.
    files: WORKFLOWS,
    rules: {
      'no-restricted-globals': [
        'error',
        ...['process', 'global', 'Buffer', 'require', 'module', '__dirname', '__filename'].map((name) => ({
          name,
          message: 'A workflow has nothing of Node. What it needs comes in its argument or from an activity.',
        })),
        ...['fetch', 'crypto', 'performance', 'setImmediate', 'queueMicrotask', 'WebSocket'].map((name) => ({
          name,
          message: 'Not deterministic. Ask an activity, or @temporalio/workflow (uuid4, sleep).',
        })),
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: ':matches(Program, ExportNamedDeclaration) > VariableDeclaration[kind!="const"]',
          message: "State belongs to a run: keep it inside the workflow's function.",
        },
        {
          selector: 'ImportExpression',
          message: 'A workflow is bundled whole: import at the top.',
        },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // jest's asymmetric matchers, such as expect.stringContaining, are typed as any.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      // Texts of tests are plain ASCII: their characters are their code units.
      '@typescript-eslint/no-misused-spread': 'off',
    },
  },
);
