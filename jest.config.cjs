const swcOptions = require('./scripts/lib/swc-options.cjs');

// Pure ESM packages that tests load must go through the transform (jest 30 cannot require them).
const esmPackages = ['jose', '@scure', '@noble', 'openid-client', 'oauth4webapi'];

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  runtime: '<rootDir>/tests/support/kept-code.cjs',
  rootDir: __dirname,
  roots: [
    'platform',
    'controls',
    'connectors',
    'canonical',
    'subgraphs',
    'gateway',
    'worker',
    'cli',
    'demo',
    'schema',
    'tests',
  ]
    .filter((folder) => require('node:fs').existsSync(`${__dirname}/${folder}`))
    .map((folder) => `<rootDir>/${folder}`),
  testMatch: ['**/*.test.ts'],
  setupFiles: ['reflect-metadata'],
  testSequencer: '<rootDir>/tests/support/longest-first.cjs',
  globalSetup: '<rootDir>/tests/support/test-run.cjs',
  globalTeardown: '<rootDir>/tests/support/test-run-end.cjs',
  transform: {
    '^.+\\.(t|j|mj)s$': ['@swc/jest', swcOptions],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmPackages.join('|')})/)`],
  maxWorkers: 2,
  testTimeout: 30_000,
};
