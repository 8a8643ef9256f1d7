import { text } from 'node:stream/consumers';
import { createConfig, lintFromString } from '@redocly/openapi-core';

/**
 * Lints the OpenAPI document on standard input by Redocly's strictest recommended rules; writes what is found. A program of
 * its own because the linter is an ES module, which jest's module system does not load.
 */
const source = await text(process.stdin);
const problems = await lintFromString({ source, config: await createConfig({ extends: ['recommended-strict'] }) });
process.stdout.write(
  JSON.stringify(problems.map(({ ruleId, message, location }) => `${location[0]?.pointer} ${ruleId}: ${message}`)),
);
