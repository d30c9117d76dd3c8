package org.seqlm.spark.watch;

import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.seqlm.Progress;

/**
 * Progress that is told to its reader as it is, and beside that names Spark's jobs by the stage
 * under way and keeps the {@link Figure}s of stages, of counting and of scoring.
 */
public final class WatchedProgress implements Progress {
  private static final Set<String> SCORING = Set.of("score", "evaluate");
  private static final double NANOS = 1e9;

  private final Progress told;
  private final Consumer<String> description;
  private String stage = "";
  private String unit = "";
  private long before; // of a stage: done by earlier processes
  private long counted; // of the stage's tokens, those that a figure has
  private long began;

  /**
   * @param told the reader
   * @param description receives what jobs do from now on
   */
  public WatchedProgress(Progress told, Consumer<String> description) {
    this.told = told;
    this.description = description;
  }

  @Override
  public void stage(String name, long total, String stageUnit) {
    begin(name, 0, total, stageUnit);
    told.stage(name, total, stageUnit);
  }

  @Override
  public void stage(String name, long doneBefore, long total, String stageUnit) {
    begin(name, doneBefore, total, stageUnit);
    told.stage(name, doneBefore, total, stageUnit);
  }

  private synchronized void begin(String name, long doneBefore, long total, String stageUnit) {
    stage = name;
    unit = stageUnit;
    before = doneBefore;
    counted = 0;
    began = System.nanoTime();
    Figures.set(Figure.STAGE_TOTAL, total);
    Figures.set(Figure.STAGE_DONE, doneBefore);
    description.accept(
        total > 0 ? String.format(Locale.ROOT, "%s: %,d %s", name, total, stageUnit) : name);
  }

  @Override
  public void update(long done, String detail) {
    seen(done);
    told.update(done, detail);
  }

  @Override
  public void update(long done, double seconds, String detail) {
    seen(done);
    told.update(done, seconds, detail);
  }

  private synchronized void seen(long done) {
    Figures.set(Figure.STAGE_DONE, done);
    long here = done - before;
    if (!unit.equals("tokens")) {
      return;
    }
    if (stage.equals("count")) {
      Figures.add(Figure.COUNTING_TOKENS, here - counted);
    } else if (SCORING.contains(stage)) {
      double seconds = Math.max(1e-3, (System.nanoTime() - began) / NANOS);
      Figures.add(Figure.SCORING_TOKENS, here - counted);
      Figures.set(Figure.SCORING_TOKENS_PER_SECOND, here / seconds);
    }
    counted = here;
  }

  @Override
  public void message(String line) {
    told.message(line);
  }
}
