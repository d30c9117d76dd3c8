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
 * seconds, so that the log of a nightly job stays readable.
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
              .setConsumer(new ConsoleProgressBarConsumer(out, WIDTH))
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
      out.println(line());
    }
  }

  @Override
  public void message(String text) {
    if (bar != null) {
      // Clears the rewritten line first; the bar draws itself again below.
      out.print("\r" + " ".repeat(WIDTH) + "\r");
    }
    out.println(text);
  }

  private void finishStage() {
    if (bar != null) {
      bar.close();
      bar = null;
    } else if (stage != null) {
      out.println(line());
    }
    stage = null;
  }

  private String line() {
    double seconds = Math.max(1e-3, (System.nanoTime() - started) / 1e9);
    long now = done - before;
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
    if (total > 0 && now > 0 && done < total) {
      text.append(String.format(Locale.ROOT, ", %.0f s left", seconds * (total - done) / now));
    } else {
      text.append(String.format(Locale.ROOT, ", %.1f s", seconds));
    }
    return text.toString();
  }

  /** No stage is under way any more. */
  void end() {
    finishStage();
  }
}
