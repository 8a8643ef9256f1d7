const swc = [
  '@swc/jest',
  {
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  },
];

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  globalSetup: '<rootDir>/test/setup/global-setup.ts',
  globalTeardown: '<rootDir>/test/setup/global-teardown.ts',
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.ts$': swc,
    // Of the gateway's documentation pages; Node loads its ES modules by require, and jest does not.
    'node_modules/content-disposition/.+\\.js$': swc,
  },
  transformIgnorePatterns: ['/node_modules/(?!content-disposition/)'],
  testSequencer: '<rootDir>/test/setup/longest-first.js',
  maxWorkers: 3,
  // Replays take ten times as long in a process that has run many files: it is replaced once it has grown.
  workerIdleMemoryLimit: '512MB',
  testTimeout: 120_000,
};
