import { cruise, type ICruiseResult } from 'dependency-cruiser';

import { boundaries } from './boundaries.config.js';

export interface BoundaryReport {
  /** Files of ours that were read. */
  readonly modules: readonly string[];
  readonly violations: readonly { readonly rule: string; readonly to: string; readonly text: string }[];
}

/**
 * Holds the import rules against a tree.
 * @param baseDir folder that has `src`, `fixtures`, … in it
 * @param folders those of them that are there
 */
export async function cruiseBoundaries(baseDir: string, folders: readonly string[]): Promise<BoundaryReport> {
  const { output } = await cruise([...folders], {
    baseDir,
    ruleSet: { ...boundaries, forbidden: [...boundaries.forbidden] },
    validate: true,
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  });
  if (typeof output === 'string') throw new Error(`The boundaries could not be read: ${output}`);
  return { modules: ownModules(output), violations: output.summary.violations.map(violation) };
}

function ownModules(result: ICruiseResult): string[] {
  return result.modules
    .map(({ source }) => source)
    .filter((source) => /^(src|test|fixtures|migrations)\//.test(source));
}

function violation({ rule, from, to }: ICruiseResult['summary']['violations'][number]) {
  const comment = boundaries.forbidden.find(({ name }) => name === rule.name)?.comment ?? '';
  return { rule: rule.name, to, text: `${rule.name}: ${from} → ${to}. ${comment}` };
}
