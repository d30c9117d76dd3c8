package org.seqlm.job.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.seqlm.Progress;

/**
 * Progress on standard error: one rewritten line on a terminal, otherwise a plain line every few
 * seconds, so that the log of a nightly job stays readable. A stage ends in a plain line on both:
 * by the job's clock, if it has one, so that it says what the job says.
 */
final class ConsoleProgress implements Progress {
  private static final long PLAIN_INTERVAL_NANOS = Duration.ofSeconds(5).toNanos();
  private static final int WIDTH = 110;

  private final PrintStream out;
  private final boolean terminal;
  private ProgressBar bar;
  private String stage;
  private String unit = "";
  private long total;
  private long before;
  private long done;
  private String detail = "";
  private long started;
  private long printed;
  private Double told; // seconds by the job's clock

  private ConsoleProgress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /**
   * The launcher says through {@code SEQLM_TERMINAL} whether standard error is one; the JVM cannot
   * tell.
   */
  static ConsoleProgress create(PrintStream out) {
    return new ConsoleProgress(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        "1".equals(System.getenv("SEQLM_TERMINAL")));
  }

  @Override
  public void stage(String name, long stageTotal, String stageUnit) {
    stage(name, 0, stageTotal, stageUnit);
  }

  @Override
  public void stage(String name, long doneBefore, long stageTotal, String stageUnit) {
    finishStage();
    stage = name;
    total = stageTotal;
    unit = stageUnit;
    before = doneBefore;
    done = before;
    detail = "";
    told = null;
    started = System.nanoTime();
    printed = started;
    if (terminal) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(name)
              .setInitialMax(total > 0 ? total : -1)
              .startsFrom(before, Duration.ZERO)
              .setUnit(" " + unit, 1)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(250)
              .setMaxRenderedLength(WIDTH)
              .showSpeed()
              .setConsumer(
                  new ConsoleProgressBarConsumer(out, WIDTH) {
                    @Override
                    public void close() {
                      clear();
                    }
                  })
              .build();
    }
  }

  @Override
  public void update(long nowDone, String nowDetail) {
    done = nowDone;
    detail = nowDetail;
    if (bar != null) {
      bar.stepTo(done);
      bar.setExtraMessage(" " + detail);
    } else if (System.nanoTime() - printed >= PLAIN_INTERVAL_NANOS
        && (total == 0 || done < total)) {
      // The last line is the stage's end.
      printed = System.nanoTime();
      out.println(way());
    }
  }

  @Override
  public void update(long nowDone, double seconds, String nowDetail) {
    told = seconds;
    update(nowDone, nowDetail);
  }

  @Override
  public void message(String text) {
    if (bar != null) {
      clear(); // the bar draws itself again below
    }
    out.println(text);
  }

  /** Clears the rewritten line. */
  private void clear() {
    out.print("\r" + " ".repeat(WIDTH) + "\r");
  }

  private void finishStage() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
    if (stage != null) {
      out.println(ended(told));
    }
    stage = null;
  }

  private double seconds() {
    return Math.max(1e-3, (System.nanoTime() - started) / 1e9);
  }

  /** What has been done, a rate of so much in so many seconds, and the detail. */
  private String line(long now, double seconds) {
    StringBuilder text = new StringBuilder(stage).append(':');
    text.append(String.format(Locale.ROOT, " %,d", done));
    if (total > 0) {
      text.append(String.format(Locale.ROOT, "/%,d", total));
    }
    text.append(' ').append(unit);
    if (now >= seconds) { // a rate below 1 would read as none
      text.append(String.format(Locale.ROOT, ", %,.0f %s/s", now / seconds, unit));
    }
    if (!detail.isEmpty()) {
      text.append(", ").append(detail);
    }
    return text.toString();
  }

  /** On the way, by this process's clock. */
  private String way() {
    double seconds = seconds();
    long now = done - before;
    return line(now, seconds)
        + (total > 0 && now > 0 && done < total
            ? String.format(Locale.ROOT, ", %.0f s left", seconds * (total - done) / now)
            : String.format(Locale.ROOT, ", %.1f s", seconds));
  }

  /** Of a stage that is over, by the job's clock if it has one. */
  private String ended(Double clock) {
    double seconds = clock == null ? seconds() : Math.max(1e-3, clock);
    return line(clock == null ? done - before : done, seconds)
        + String.format(Locale.ROOT, ", %.1f s", seconds);
  }

  /** No stage is under way any more. */
  void end() {
    finishStage();
  }
}
