import js from '@eslint/js'
import tseslint from 'typescript-eslint'

/** The layers of lib/, top to bottom: a file may import from its own layer and from those below it, never from above. */
const LAYERS = ['cli', 'zlib', 'deflate', 'job', 'device', 'model', 'format']

const layerRules = LAYERS.map((layer, index) => ({
  files: [`lib/${layer}/**/*.ts`],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `^(\\.\\./)+((index|nx)\\.js$|(${LAYERS.slice(0, index).join('|') || '-'})/)`,
            message: `lib/${layer} may only import from the layers below it.`,
          },
        ],
      },
    ],
  },
}))

export default tseslint.config(
  { ignores: ['dist*/', 'build*/', 'coverage/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Numbers in messages and dumps are the point of them.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // What ends a job in the model is not an error of the program, and must not cost a stack trace.
      '@typescript-eslint/only-throw-error': [
        'error',
        { allow: [{ from: 'file', name: ['Termination', 'TranslationFault'] }], allowRethrowing: true },
      ],
      // What was caught may be passed on as it is.
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
    },
  },
  {
    files: ['lib/**/*.ts'],
    ignores: ['lib/cli/**', 'lib/timers.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['setImmediate', 'setTimeout', 'setInterval', 'performance'].map((name) => ({
          name,
          message: 'Tests of programs replace it; take that of lib/timers.ts.',
        })),
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
  },
  ...layerRules,
)
