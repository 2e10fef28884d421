import { callbackBench } from './callback-bench.js';
import { chatCardBench } from './chat-card-bench.js';
import type { Bench } from './figure.js';
import { firstFillingBench, pacedFillingBench } from './first-filling-bench.js';
import { fortyChatsBench } from './forty-chats-bench.js';
import { fortyLessonsBench } from './forty-lessons-bench.js';
import { idleCpuBench } from './idle-cpu-bench.js';
import { lessonLinkBench } from './lesson-link-bench.js';
import { lessonPollingBench } from './lesson-polling-bench.js';
import { morningBench } from './morning-bench.js';
import { planBench } from './plan-bench.js';
import { pluginStartBench } from './plugin-start-bench.js';
import { reactionBench } from './reaction-bench.js';
import { regionMemoryBench } from './region-memory-bench.js';
import { registryPageBench } from './registry-page-bench.js';
import { saveBench } from './save-bench.js';
import { soakLivesBench } from './soak-lives-bench.js';
import { startToReadyBench } from './start-to-ready-bench.js';
import { stormBench } from './storm-bench.js';
import { twoProcessBench } from './two-process-bench.js';
import { usableWindowBench } from './usable-window-bench.js';
import { webBundleBench } from './web-bundle-bench.js';

/** In the order they are run and printed. */
export const BENCHES: readonly Bench[] = [
  planBench,
  firstFillingBench,
  pacedFillingBench,
  reactionBench,
  saveBench,
  registryPageBench,
  chatCardBench,
  callbackBench,
  fortyChatsBench,
  lessonLinkBench,
  fortyLessonsBench,
  lessonPollingBench,
  morningBench,
  pluginStartBench,
  stormBench,
  regionMemoryBench,
  idleCpuBench,
  twoProcessBench,
  startToReadyBench,
  webBundleBench,
  usableWindowBench,
  soakLivesBench,
];
