import { readFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import path from 'node:path';
import { declareFactoryPlugin, commonTokens, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import {
  determineHitLimitReached,
  DryRunStatus,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';

/**
 * A test runner for Stryker that runs the pure tests in its own process, with jest's own `expect` and `test.each`.
 *
 * Jest starts anew for every mutant and loads every package into a new context: seconds each, for tests of
 * milliseconds. Here the packages stay loaded, and only the project's files are loaded anew, with the mutant active.
 * It knows what the pure tests use (`describe`, `test`, their `each` and `skip`) and nothing else.
 */

const require = createRequire(import.meta.url);
const { transformSync } = require('@swc/core');
const { expect } = require('expect');
const { bind } = require('jest-each');

const SWC = { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } };

export const strykerValidationSchema = {
  properties: {
    inProcess: {
      type: 'object',
      properties: {
        tests: { description: 'Test files, in the order to run them.', type: 'array', items: { type: 'string' } },
      },
      required: ['tests'],
    },
  },
};

class InProcessRunner {
  #options;
  #namespace;
  /** Compiled TypeScript, by its path: a sandbox's files do not change. */
  #compiled = new Map();
  /** The tests that the file being loaded has told of. */
  #collected = [];
  #suites = [];
  #isSkipped = false;

  constructor(options) {
    this.#options = options;
    globalThis.__stryker__ ??= {};
    this.#namespace = globalThis.__stryker__;
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  init() {
    Module._extensions['.ts'] = (module, file) => {
      const code =
        this.#compiled.get(file) ?? transformSync(readFileSync(file, 'utf8'), { ...SWC, filename: file }).code;
      this.#compiled.set(file, code);
      module._compile(code, file);
    };
    const suite = (name, body) => this.#inSuite(name, body);
    suite.each = bind(suite, false);
    suite.skip = (name, body) => this.#skipping(() => this.#inSuite(name, body));
    const test = (name, body) => {
      if (!this.#isSkipped) this.#collected.push({ name: [...this.#suites, name].join(' '), body });
    };
    test.each = bind(test, false);
    Object.assign(globalThis, { describe: suite, test, expect });
  }

  /**
   * Code that runs while a file loads (tables of constants, the story that a `describe` begins with) counts for each of
   * the file's tests. So no mutant is left out because only loading runs it.
   */
  async dryRun() {
    const perTest = {};
    this.#activate(undefined, undefined);
    const tests = [];
    for (const file of this.#options.inProcess.tests) {
      const coverage = { static: {}, perTest };
      this.#namespace.mutantCoverage = coverage;
      const loaded = this.#load(file);
      const whileLoading = coverage.static;
      coverage.static = {};
      for (const test of loaded) {
        perTest[test.id] = { ...whileLoading };
        this.#namespace.currentTestId = test.id;
        tests.push(await run(test));
        this.#namespace.currentTestId = undefined;
      }
    }
    return { status: DryRunStatus.Complete, tests, mutantCoverage: { static: {}, perTest } };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, disableBail }) {
    this.#activate(activeMutant.id, hitLimit);
    const isAsked = testFilter === undefined ? () => true : (id) => testFilter.includes(id);
    const files = this.#options.inProcess.tests.filter((file) => testFilter?.some((id) => isOf(id, file)) ?? true);
    const tests = [];
    for (const file of files) {
      for (const test of this.#loadOrFail(file, testFilter).filter(({ id }) => isAsked(id))) {
        tests.push(await run(test));
        const { hitCount } = this.#namespace;
        const limited = determineHitLimitReached(hitCount, hitLimit);
        if (limited !== undefined) return toMutantRunResult(limited);
        if (tests.at(-1).status === TestStatus.Failed && !disableBail) {
          return toMutantRunResult({ status: DryRunStatus.Complete, tests }, disableBail);
        }
      }
    }
    return toMutantRunResult({ status: DryRunStatus.Complete, tests }, disableBail);
  }

  #activate(mutant, hitLimit) {
    this.#namespace.activeMutant = mutant;
    this.#namespace.hitLimit = hitLimit;
    this.#namespace.hitCount = hitLimit === undefined ? undefined : 0;
  }

  /** The tests of a file that is loaded anew, with all that it imports of the project. */
  #load(file) {
    const root = process.cwd() + path.sep;
    for (const loaded of Object.keys(require.cache)) {
      if (loaded.startsWith(root) && !loaded.includes(`${path.sep}node_modules${path.sep}`))
        delete require.cache[loaded];
    }
    this.#collected = [];
    require(path.resolve(file));
    return this.#collected.map(({ name, body }) => ({ id: `${file} ${name}`, name, body, file }));
  }

  /** Its tests; if a mutant breaks the loading itself, one that fails by that. */
  #loadOrFail(file, testFilter) {
    try {
      return this.#load(file);
    } catch (error) {
      const failing = () => {
        throw error;
      };
      // The name of a test that Stryker knows: it asks which one noticed.
      const id = testFilter?.find((each) => isOf(each, file)) ?? `${file} `;
      return [{ id, name: id, body: failing, file }];
    }
  }

  #inSuite(name, body) {
    this.#suites.push(name);
    try {
      body();
    } finally {
      this.#suites.pop();
    }
  }

  #skipping(body) {
    const was = this.#isSkipped;
    this.#isSkipped = true;
    body();
    this.#isSkipped = was;
  }
}

/** Whether a test is of the file. A process that Stryker starts anew, after a mutant that never ended, knows the id alone. */
function isOf(id, file) {
  return id.startsWith(`${file} `);
}

async function run({ id, name, body, file }) {
  const began = performance.now();
  const about = { id, name, fileName: path.resolve(file) };
  try {
    await body();
    return { ...about, status: TestStatus.Success, timeSpentMs: performance.now() - began };
  } catch (error) {
    const failureMessage = error instanceof Error ? error.message : String(error);
    return { ...about, status: TestStatus.Failed, failureMessage, timeSpentMs: performance.now() - began };
  }
}

function inProcessRunner(options) {
  return new InProcessRunner(options);
}
inProcessRunner.inject = tokens(commonTokens.options);

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'in-process', inProcessRunner)];
