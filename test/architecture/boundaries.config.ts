import type { IForbiddenRuleType, IFlattenedRuleSet } from 'dependency-cruiser';

/**
 * Floors of `src`, from the ground up. A room imports only from floors below it; rooms that stand side by side do not
 * know each other. A room is a folder, or files of `src` itself.
 */
export const FLOORS: readonly (readonly string[])[] = [
  ['protocol/', 'host/', 'must.ts'],
  ['errors.ts'],
  ['settings.ts', 'checked-settings.ts'],
  ['rights/', 'storage/'],
  ['http/', 'feed/'],
  ['messenger/'],
  ['delivery/'],
  ['account/'],
  ['chats/'],
  ['conferences/', 'synchronization/'],
  ['journal/', 'desktop/'],
  ['plugin.ts', 'plugin-lifecycle.ts'],
  ['index.ts'],
];

/** A package, found or not, by its place in `node_modules` or by its bare name. */
function packages(...names: readonly string[]): string {
  const any = names.map((name) => name.replaceAll('/', '\\/')).join('|');
  return `(^|/)node_modules/(${any})(/|$)|^(${any})(/|$)`;
}

function room(name: string): string {
  return `^src/${name.replaceAll('.', '\\.')}${name.endsWith('/') ? '' : '$'}`;
}

/** @param name as in {@link FLOORS} */
export function floorRuleName(name: string): string {
  return `floor-of-${name.replace(/\/$|\.ts$/, '')}`;
}

function floorRule(name: string, floor: number): IForbiddenRuleType {
  const outOfReach = FLOORS.slice(floor)
    .flat()
    .filter((other) => other !== name && !isSameFloorFileOf(other, name, floor));
  return {
    name: floorRuleName(name),
    comment:
      `src/${name} stands on floor ${floor} and imports only from the floors below. Move what both need down, ` +
      'or let the upper room contribute it through a token that the lower room owns.',
    severity: 'error',
    from: { path: room(name) },
    to: { path: outOfReach.map(room).concat('^src/web/').join('|') },
  };
}

/** Files of one floor that lie in `src` itself belong to one room, such as `plugin.ts` and `plugin-lifecycle.ts`. */
function isSameFloorFileOf(other: string, name: string, floor: number): boolean {
  return !other.endsWith('/') && !name.endsWith('/') && (FLOORS[floor]?.includes(other) ?? false);
}

const floorRules = FLOORS.flatMap((rooms, floor) => rooms.map((name) => floorRule(name, floor)));

const PURE = '^src/.*-(rules|plan)\\.ts$';

const houseRules: readonly IForbiddenRuleType[] = [
  {
    name: 'no-cycle',
    comment: 'Two files that need each other are one file, or need a third one below them both.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'everything-resolves',
    comment: 'The import leads nowhere: the file moved, or the package is missing in package.json.',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'host-imports-nothing-of-ours',
    comment:
      'The port is what a host reads and implements. Put the type into src/host, or keep it out of the contract.',
    from: { path: '^src/host/' },
    to: { path: '^(src/(?!host/)|test/|fixtures/|migrations/)' },
  },
  {
    name: 'protocol-imports-nothing-of-ours',
    comment: 'What crosses to the browser must not pull node code along. Describe it in src/protocol itself.',
    from: { path: '^src/protocol/' },
    to: { path: '^(src/(?!protocol/)|test/|fixtures/|migrations/)' },
  },
  {
    name: 'web-imports-only-protocol',
    comment: 'A window talks to the plugin over HTTP. Put the shared type or text into src/protocol.',
    from: { path: '^src/web/' },
    to: { path: '^(src/(?!web/|protocol/)|test/|fixtures/|migrations/)' },
  },
  {
    name: 'web-uses-no-node',
    comment: 'Windows run in the browser: use what the browser has. Build settings (vite.config.ts) may use node.',
    from: { path: '^src/web/', pathNot: ['vite\\.config\\.ts$', 'no-usage-statistics\\.ts$'] },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'node-imports-no-web',
    comment: 'Node code cannot run elements. Put the shared type or text into src/protocol.',
    from: { path: '^(src/(?!web/)|fixtures/)', pathNot: '^fixtures/host/page/' },
    to: { path: '^src/web/' },
  },
  {
    name: 'database-only-in-stores',
    comment: 'SQL lives in src/storage and in *-store-knex.ts. Add a method to the store interface and ask that.',
    from: { path: '^src/', pathNot: '^src/storage/|-store-knex\\.ts$' },
    to: { path: packages('knex', 'pg', '@types/pg') },
  },
  {
    name: 'rules-and-plans-are-pure',
    comment: 'Rules and plans take data and return data. Read before, apply after, in the feed, store or work source.',
    from: { path: PURE },
    to: { path: packages('inversify', 'rxjs', 'knex', 'pg', '@types/pg', 'hono') },
  },
  {
    name: 'rules-and-plans-use-no-node',
    comment: 'Rules and plans run anywhere. Pass the time, the random number, the file as a value.',
    from: { path: PURE },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'rules-and-plans-know-no-effects',
    comment: 'A rule or plan that imports a store, feed, module or API is not pure any more. Pass the data in.',
    from: { path: PURE },
    to: { path: '^src/.*-(store|store-knex|feed|module|api|button|source)\\.ts$' },
  },
  {
    name: 'feeds-do-no-io',
    comment:
      'A feed turns events into keys. Hand the keys to the reader, which reads the directory and writes the store.',
    from: { path: '^src/.*-feed\\.ts$', pathNot: '^src/web/' },
    to: {
      path: `^src/(.*-store-knex\\.ts$|messenger/vk/)|${packages('knex', 'pg', '@types/pg', 'hono', 'oauth4webapi')}|^(node:)?(fs|net|http|https|http2|dns|tls|dgram|child_process|worker_threads)(/|$)`,
    },
  },
  {
    name: 'messenger-behind-its-port',
    comment: 'Features know the messenger by its port, src/messenger/*.ts, so that another one is an adapter.',
    from: { path: '^src/', pathNot: '^src/messenger/(vk/|[^/]*-module\\.ts$)|^src/plugin\\.ts$' },
    to: { path: '^src/messenger/vk/' },
  },
  {
    name: 'src-knows-no-test-or-fixture',
    comment: 'The plugin is shipped without them. Move what it needs into src, or take it from the host.',
    from: { path: '^src/' },
    to: { path: '^(test|fixtures)/' },
  },
  {
    name: 'src-ships-what-it-imports',
    comment:
      'The plugin runs with its dependencies and peers only. Move the package to "dependencies" in package.json.',
    from: { path: '^src/(?!web/)' },
    to: {
      dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
      dependencyTypesNot: ['type-only'],
      pathNot: packages('inversify', 'rxjs'),
    },
  },
  {
    name: 'src-leaves-reflect-metadata-to-the-host',
    comment: 'The host loads reflect-metadata once, before any plugin. Take the import away.',
    from: { path: '^src/' },
    to: { path: packages('reflect-metadata') },
  },
  {
    name: 'one-door',
    comment: 'src/index.ts is for the host. Inside, import the file that has it.',
    from: { path: '^src/' },
    to: { path: '^src/index\\.ts$' },
  },
  {
    name: 'fixtures-host-uses-the-door',
    comment: 'The reference host is a host like any other: it knows the plugin by src/index.ts and src/host only.',
    from: { path: '^fixtures/host/' },
    to: { path: '^src/(?!index\\.ts$|host/)' },
  },
  {
    name: 'fixtures-know-nothing-of-the-plugin',
    comment: 'The stand-in and the school are outside the plugin. Describe what they need in their own folder.',
    from: { path: '^fixtures/(?!host/)' },
    to: { path: '^src/' },
  },
  {
    name: 'stand-in-knows-no-host',
    comment: 'The messenger does not know the schools. Give it what it needs over HTTP or as an option.',
    from: { path: '^fixtures/vk/' },
    to: { path: '^fixtures/host/' },
  },
  {
    name: 'fixtures-know-no-test',
    comment: 'The program does not lean on its tests. Move what both need into fixtures.',
    from: { path: '^fixtures/' },
    to: { path: '^test/' },
  },
  {
    name: 'migrations-import-nothing-of-ours',
    comment: 'A landed migration must mean the same for ever. Write the value into the migration.',
    from: { path: '^migrations/' },
    to: { path: '^(src|test|fixtures|migrations)/' },
  },
];

export const boundaries: IFlattenedRuleSet & { readonly forbidden: readonly IForbiddenRuleType[] } = {
  forbidden: [...houseRules, ...floorRules].map((rule) => ({ ...rule, severity: 'error' as const })),
};
