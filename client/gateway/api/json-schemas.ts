import { z } from 'zod';
import { jsonObject } from '../../../inputs';
import { COMPONENTS, isComponent } from './components';
import { EXAMPLES } from './examples';

/** One JSON Schema. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The reference to a component of the document. */
export function componentRef(name: string): string {
  return `#/components/schemas/${name}`;
}

/**
 * The schemas of the document's components. They are made together: what is a component refers to it wherever it is part
 * of another, and so does what holds itself, which JSON Schema can say in no other way.
 */
export function componentSchemas(): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  registry.add(jsonObject, { id: 'JsonObject' });
  for (const [name, schema] of Object.entries(COMPONENTS)) registry.add(schema, { id: name });
  const { schemas } = z.toJSONSchema(registry, {
    io: 'input',
    unrepresentable: 'any',
    uri: componentRef,
    // A union that holds itself: makers of clients in TypeScript write a type that refers to itself of it.
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
