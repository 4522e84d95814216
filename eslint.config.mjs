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

/** Patterns that match an import of `folder`, by its whole path from anywhere and by its last name from beside it. */
const importsOf = (folder) => {
  const [last, ...outer] = folder.split('/').reverse();
  return [`(^|/)${folder}(/|$)`, ...(outer.length > 0 ? [`^(\\.\\./)+${last}(/|$)`] : [])];
};

/** Files of a folder, which may import only from it and what is allowed beside. */
const importRule = (files, folder, allowed) => {
  const banned = [...allFolders, 'tests', 'bench'].filter(
    (other) => other !== folder && !allowed.includes(other),
  );
  const message = `${folder}/ may import only from folders above it (docs/architecture.md).`;
  return {
    files,
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: banned.flatMap(importsOf).join('|'), message }] },
      ],
    },
  };
};

const layerRules = layers.flatMap((peers, depth) =>
  peers.flatMap((folder) => {
    // demo systems know nothing of LotGraph: they may import only from their own folder
    const above = folder === 'demo' ? [] : layers.slice(0, depth).flat();
    return [
      importRule([`${folder}/**/*.ts`, `${folder}/**/*.tsx`], folder, above),
      // what puts a process together may take in peers
      ...(peers.length > 1 ? [importRule([`${folder}/main.ts`], folder, [...above, ...peers])] : []),
    ];
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
