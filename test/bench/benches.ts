import type { Bench } from './figure.js';
import { firstFillingBench, pacedFillingBench } from './first-filling-bench.js';
import { lessonLinkBench } from './lesson-link-bench.js';
import { planBench } from './plan-bench.js';
import { pluginStartBench } from './plugin-start-bench.js';
import { reactionBench } from './reaction-bench.js';
import { regionMemoryBench } from './region-memory-bench.js';
import { registryPageBench } from './registry-page-bench.js';
import { startToReadyBench } from './start-to-ready-bench.js';
import { stormBench } from './storm-bench.js';
import { twoProcessBench } from './two-process-bench.js';
import { webBundleBench } from './web-bundle-bench.js';

/** In the order they are run and printed. */
export const BENCHES: readonly Bench[] = [
  planBench,
  firstFillingBench,
  pacedFillingBench,
  reactionBench,
  registryPageBench,
  lessonLinkBench,
  pluginStartBench,
  stormBench,
  regionMemoryBench,
  twoProcessBench,
  startToReadyBench,
  webBundleBench,
];
