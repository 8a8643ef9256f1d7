import { z } from 'zod';
import { jsonObject } from '../../../inputs';
import { COMPONENTS, isComponent } from './components';
import { EXAMPLES } from './examples';

/** One JSON Schema. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The reference to a component of the document. */
export function componentPointer(name: string): string {
  return `#/components/schemas/${name}`;
}

/**
 * The schemas of the document's components. They are made together: a schema that is a component is referred to
 * wherever it is part of another, or of itself, which JSON Schema can express in no other way.
 */
export function componentSchemas(): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  registry.add(jsonObject, { id: 'JsonObject' });
  for (const [name, schema] of Object.entries(COMPONENTS)) registry.add(schema, { id: name });
  const { schemas } = z.toJSONSchema(registry, {
    io: 'input',
    unrepresentable: 'any',
    uri: componentPointer,
    // A union that holds itself: generators of TypeScript clients make a type that refers to itself from it.
    override: ({ zodSchema, jsonSchema }) => {
      if (Object.is(zodSchema, jsonObject)) jsonSchema.additionalProperties = {};
    },
  });
  return Object.fromEntries(
    Object.entries(schemas)
      .filter(([name]) => name !== '__shared')
      .map(([name, { $schema: _dialect, $id: _id, ...schema }]) => {
        const example = isComponent(name) ? EXAMPLES[name] : undefined;
        return [name, { ...schema, ...(example === undefined ? {} : { examples: [example] }) }];
      }),
  );
}

/** A schema that is no component, such as that of a parameter. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const { $schema: _dialect, ...plain } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return plain;
}
