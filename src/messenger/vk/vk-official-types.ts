import type { z } from 'zod';

type Filled<T> = T extends object ? { [K in keyof T]-?: Filled<NonNullable<T[K]>> } : T;

/** Names that the schema reads and the official type does not have. */
type UnknownNames<Official, Input> = Official extends object
  ? string extends keyof Input
    ? never
    : Exclude<keyof Input, keyof Official>
  : never;

/** The schema, when it accepts every filled-in value of the official type and reads no name which that type lacks. */
type HeldTo<Official, Schema extends z.ZodType> =
  Filled<Official> extends z.input<Schema>
    ? [UnknownNames<Official, z.input<Schema>>] extends [never]
      ? Schema
      : never
    : never;

/**
 * Holds a schema to a type of VK's own package `@vkontakte/api-schema-typescript`: does not compile where they differ.
 * Every property is optional in the official types, even those that always come; so presence is the schema's own affair.
 *
 * Import the official types from the very file that declares them, and put nested ones in by hand: the package imports
 * without file extensions, which Node's ESM resolution does not follow, and a type lost that way accepts everything.
 */
export function heldTo<Official>(): <Schema extends z.ZodType>(schema: Schema & HeldTo<Official, Schema>) => Schema {
  return (schema) => schema;
}
