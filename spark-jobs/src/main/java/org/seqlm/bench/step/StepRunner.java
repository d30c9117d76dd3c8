package org.seqlm.bench.step;

import java.io.IOException;

/**
 * Somebody who trains the steps of a case, one call after another from where the last one ended.
 */
interface StepRunner extends AutoCloseable {
  /**
   * What a call did.
   *
   * @param tokens trained
   * @param seconds of wall time
   * @param cpuSeconds of whatever process trained
   */
  record Stretch(long tokens, double seconds, double cpuSeconds) {}

  /** Trains so many steps. */
  Stretch run(int steps) throws IOException;

  /**
   * The same.
   *
   * @param ready called once, when what is measured is about to begin
   */
  default Stretch run(int steps, Runnable ready) throws IOException {
    ready.run();
    return run(steps);
  }

  @Override
  void close() throws IOException;
}
