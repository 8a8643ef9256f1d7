import type { FastifySchema } from 'fastify';
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { z } from 'zod';
import { COMPONENTS, type ComponentName } from './components';
import { EXAMPLES } from './examples';

/** The OpenAPI document, made of the zod schemas of the routes. */
export function openApiOptions(version: string): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Gangway',
        version,
        description:
          "Onboards a partner's clients at a financial provider and moves their money, each step once.\n\n" +
          'Everything that starts or changes something may be sent again: the same request is answered the same way and ' +
          'does nothing twice. A `503` says that nothing is known to have been taken: send the same again after ' +
          '`retry-after` seconds.',
      },
      tags: [
        { name: 'start', description: 'Starts an onboarding or an intent; harmless when repeated.' },
        { name: 'watch', description: 'Where an onboarding or an intent stands.' },
        { name: 'steer', description: 'What a person decides. It is recorded under the name of the token.' },
        { name: 'provider', description: 'What providers send.' },
        { name: 'health' },
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
    transform: ({ schema, url }) => ({ schema: isRecord(schema) ? withJsonSchemas(schema) : schema, url }),
    transformObject: (document) => {
      if (!('openapiObject' in document)) return document.swaggerObject;
      const { openapiObject } = document;
      const components = { ...openapiObject.components, schemas: componentSchemas() };
      return Object.assign({}, openapiObject, { components });
    },
  };
}

type JsonSchema = Readonly<Record<string, unknown>>;

function componentSchemas(): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries(COMPONENTS).map(([name, schema]) => {
      const example = isComponent(name) ? EXAMPLES[name] : undefined;
      return [name, { ...toJsonSchema(schema), ...(example === undefined ? {} : { examples: [example] }) }];
    }),
  );
}

function withJsonSchemas(schema: Readonly<Record<string, unknown>>): FastifySchema {
  return Object.fromEntries(Object.entries(schema).map(([part, value]) => [part, converted(value)]));
}

/** A zod schema as JSON Schema, also inside of `response`, which has one for each status; all else as it is. */
function converted(value: unknown): unknown {
  if (value instanceof z.ZodType) return toJsonSchema(value);
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, converted(inner)]))
    : value;
}

function toJsonSchema(schema: z.ZodType): JsonSchema {
  const { component, description } = schema.meta() ?? {};
  if (isComponent(component)) {
    return {
      $ref: `#/components/schemas/${component}`,
      ...(typeof description === 'string' ? { description } : {}),
    };
  }
  const { $schema: _dialect, ...plain } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return plain;
}

function isComponent(name: unknown): name is ComponentName {
  return typeof name === 'string' && Object.hasOwn(COMPONENTS, name);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
