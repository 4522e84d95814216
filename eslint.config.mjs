// Lint rules, and the layer rule of docs/architecture.md: a folder may import only from folders above it.
import tseslint from 'typescript-eslint';

/** Folders from the vocabulary down to the tests; folders on one line are peers and may not see each other. */
const layers = [
  ['schema'],
  ['platform'],
  ['controls'],
  ['connectors'],
  ['canonical'],
  ['subgraphs/lots', 'subgraphs/quality', 'subgraphs/recall', 'subgraphs/governance'],
  ['gateway'],
  ['worker'],
  ['cli', 'console'],
  ['demo'],
];

const allFolders = layers.flat();

/** Patterns that match an import of `folder` from anywhere in the tree. */
const importsOf = (folder) => [`**/${folder}/**`, `**/${folder}`];

const layerRules = layers.flatMap((peers, depth) =>
  peers.map((folder) => {
    // demo systems know nothing of LotGraph: they may import only from their own folder
    const above = folder === 'demo' ? [] : layers.slice(0, depth).flat();
    const allowed = new Set([folder, ...above]);
    const banned = [...allFolders, 'tests', 'bench'].filter((other) => !allowed.has(other));
    return {
      files: [`${folder}/**/*.ts`, `${folder}/**/*.tsx`],
      rules: {
        'no-restricted-imports': [
          'error',
          {
            patterns: [
              {
                group: banned.flatMap(importsOf),
                message: `${folder}/ may import only from folders above it (docs/architecture.md).`,
              },
            ],
          },
        ],
      },
    };
  }),
);

export default tseslint.config(
  { ignores: ['dist/', 'data/', 'node_modules/', 'schema/generated/', 'coverage/'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-extraneous-class': 'off', // type-graphql and typeorm describe types with bare classes
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // overflows the stack on types as recursive as those of graphql
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-console': 'error',
    },
  },
  { files: ['cli/**/*.ts', 'bench/**/*.ts', 'demo/**/*.ts'], rules: { 'no-console': 'off' } },
  ...layerRules,
);
