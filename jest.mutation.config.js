const base = require('./jest.config.js');

/** The pure tests alone: what mutants are held against (npm run mutation). They need no Temporal server. */
module.exports = {
  ...base,
  globalSetup: undefined,
  globalTeardown: undefined,
  maxWorkers: 1,
  testMatch: [
    '<rootDir>/test/model/**/*.test.ts',
    '<rootDir>/test/contract/**/*.test.ts',
    '<rootDir>/test/workflows/{amendments,approval-rule,arrivals,batch-details,batch-request,details,event-type}.test.ts',
    '<rootDir>/test/workflows/{funding-rule,funding-rule-terms,questions,submission,waits}.test.ts',
    '<rootDir>/test/providers/coinmena.signing.test.ts',
  ],
};
