import type { FastifySchema } from 'fastify';
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { z } from 'zod';
import { isComponent } from './components';
import { componentPointer, componentSchemas, jsonSchemaOf } from './json-schemas';

/** The OpenAPI document, made of the zod schemas of the routes. */
export function openApiOptions(version: string): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Gangway',
        version,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
        description:
          "Onboards a partner's clients at a financial provider and moves their money, each step once.\n\n" +
          'Everything that starts or changes something may be sent again: the same request is answered the same way and ' +
          'does nothing twice. A `503` says that nothing is known to have been taken: send the same again after ' +
          '`retry-after` seconds. A method that a path does not have is answered with `405` and `allow`, a path that ' +
          'there is not with `404`.',
      },
      servers: [{ url: '/', description: 'The gateway that this document comes from' }],
      tags: [
        { name: 'start', description: 'Starts an onboarding or an intent; harmless when repeated.' },
        { name: 'watch', description: 'Where an onboarding or an intent stands.' },
        { name: 'steer', description: 'What a person decides. It is recorded under the name of the token.' },
        { name: 'provider', description: 'What providers send.' },
        { name: 'health', description: 'Of the process itself, for whatever keeps it alive.' },
      ],
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'A token with the scope that the route names.' },
          signature: {
            type: 'apiKey',
            in: 'header',
            name: 'webhook-signature',
            description:
              'Standard Webhooks: `webhook-id`, `webhook-timestamp` (within five minutes) and `webhook-signature` over ' +
              'them and the raw body.',
          },
        },
      },
    },
    transform: ({ schema, url }) => ({ schema: isRecord(schema) ? documented(schema) : schema, url }),
    transformObject: (document) => {
      if (!('openapiObject' in document)) return document.swaggerObject;
      const { openapiObject } = document;
      const components = { ...openapiObject.components, schemas: componentSchemas() };
      return Object.assign({}, openapiObject, { components });
    },
  };
}

/** A route's schema with JSON Schema in the place of zod's, and with the content types and headers of its answers. */
function documented(schema: Readonly<Record<string, unknown>>): FastifySchema {
  return Object.fromEntries(
    Object.entries(schema).map(([part, value]) => {
      if (part !== 'response' || !isRecord(value)) return [part, converted(value)];
      return [part, Object.fromEntries(Object.entries(value).map(([status, given]) => [status, answered(given)]))];
    }),
  );
}

function converted(value: unknown): unknown {
  if (!(value instanceof z.ZodType)) return value;
  const { component } = value.meta() ?? {};
  return isComponent(component) ? { $ref: componentPointer(component) } : jsonSchemaOf(value);
}

function answered(given: unknown): unknown {
  if (!(given instanceof z.ZodType)) return given;
  const { component, description, headers } = given.meta() ?? {};
  const type = component === 'Problem' ? 'application/problem+json' : 'application/json';
  return {
    description,
    content: { [type]: { schema: converted(given) } },
    ...(isRecord(headers) ? { headers: documentedHeaders(headers) } : {}),
  };
}

function documentedHeaders(headers: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [name, { type: 'string', description }]),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
