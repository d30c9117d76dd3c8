package org.seqlm.job.bench.place;

import org.seqlm.Progress;

/**
 * Tells how far one job is, as a detail of how far a benchmark is that runs many.
 *
 * @param all jobs
 * @param done jobs before it
 * @param name of the job
 */
public record Within(Progress all, int done, String name) implements Progress {
  @Override
  public void stage(String stage, long total, String unit) {
    all.update(done, name + ": " + stage);
  }

  @Override
  public void update(long tokens, String detail) {
    all.update(done, name + ": " + detail);
  }

  @Override
  public void message(String line) {
    // What is worth a line is told of the whole.
  }
}
