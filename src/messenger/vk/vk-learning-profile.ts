import type { ExternalProfile } from '../identity-provider.js';

import { educationalProfilesSchema } from './vk-id-schemas.js';

export type LearningProfile = NonNullable<ExternalProfile['learning']>;
type LearningRole = LearningProfile['roles'][number];

/** Words met or to be expected in `main_roles`: the field is undocumented, so Russian and English both count. */
const ROLE_WORDS: readonly (readonly [LearningRole, RegExp])[] = [
  ['teacher', /teacher|tutor|учител|преподават|педагог|воспитател/i],
  ['student', /student|pupil|learner|учени[кц]|учащ|обучающ|студент|школьни/i],
  ['parent', /parent|guardian|родител|законн/i],
  ['administrator', /admin|director|principal|администрат|директор|завуч/i],
];

/** The learning profile in what `users.get` answered; `undefined` when there is none, or it is not readable. */
export function learningProfileOf(response: unknown): LearningProfile | undefined {
  const result = educationalProfilesSchema.safeParse(response);
  const profile = result.success ? result.data[0]?.educational_profile : undefined;
  if (!profile) return undefined;
  const words = [profile.edu_roles?.main_roles ?? []].flat().join(' ');
  return {
    roles: ROLE_WORDS.filter(([, pattern]) => pattern.test(words)).map(([role]) => role),
    organizationNames: (profile.edu_roles?.organizations ?? []).map((organization) => organization.organization_name),
  };
}
