// @ts-check
import Mocha from 'mocha';

const { EVENT_RUN_BEGIN, EVENT_RUN_END } = Mocha.Runner.constants;

/** How long after the last test the process may take to end by itself. */
const QUIET_END_MS = 5_000;

/** @type {{ passes: number, failures: number } | undefined} */
let stats;
let ended = false;
let leftOpen = 0;

/**
 * mocha's spec output, then one closing line `N passed, N failed` that is the last thing printed, whatever happened:
 * a file that cannot be loaded, or an end in the middle, counts as a failure. A run that does not end by itself left a
 * timer, socket, pool or process open; that is a failure too.
 */
export default class ClosingLineReporter extends Mocha.reporters.Spec {
  /**
   * @param {Mocha.Runner} runner
   * @param {Mocha.MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    runner.once(EVENT_RUN_BEGIN, () => {
      stats = this.stats;
    });
    runner.once(EVENT_RUN_END, () => {
      ended = true;
      setTimeout(failForWhatIsOpen, QUIET_END_MS).unref();
    });
  }
}

function failForWhatIsOpen() {
  const open = process.getActiveResourcesInfo().filter((name) => name !== 'TTYWrap' && name !== 'PipeWrap');
  console.error(`The tests are over, but something was left open: ${open.join(', ') || 'an output pipe'}`);
  failLate();
}

function failLate() {
  leftOpen = 1;
  // mocha sets the exit code by its own count when the process ends: this listener is called after mocha's.
  process.on('exit', () => {
    process.exitCode = 1;
  });
  process.exit(1);
}

process.on('uncaughtExceptionMonitor', (error) => {
  if (!ended) return;
  console.error('Thrown after the last test:', error);
  failLate();
});

process.on('exit', (code) => {
  const failed = (stats?.failures ?? 0) + leftOpen;
  const brokenOff = !ended || (code !== 0 && failed === 0);
  if (brokenOff) process.exitCode = code || 1;
  console.log(`${stats?.passes ?? 0} passed, ${failed + (brokenOff ? 1 : 0)} failed`);
});
