import { z } from 'zod';

import { idSchema } from './vk-api-schemas.js';

// VK ID has no published schema; fields and kinds are those VK's own SDKs read.

/** Numbers of ids come as numbers here and as text there. Rights are told apart by spaces, in places by commas. */
export const tokenSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: z.coerce.number().positive().optional(),
  user_id: idSchema,
  state: z.string().optional(),
  scope: z
    .string()
    .optional()
    .transform((scope) => scope?.split(/[\s,]+/).filter((right) => right !== '')),
});

export const userInfoSchema = z.object({
  user: z.object({ user_id: idSchema, first_name: z.string().default(''), last_name: z.string().default('') }),
});

/** `{"response":1}` of revoke and logout. */
export const acknowledgedSchema = z.object({ response: z.literal(1) });

/**
 * `users.get` with `fields=educational_profile`. The field is not in VK's schema: its shape is what public clients read.
 */
export const educationalProfilesSchema = z
  .array(
    z.object({
      educational_profile: z
        .object({
          edu_roles: z
            .object({
              main_roles: z.union([z.string(), z.array(z.string())]).optional(),
              organizations: z.array(z.object({ organization_name: z.string() })).optional(),
            })
            .optional(),
        })
        .nullish(),
    }),
  )
  .min(1);
