package org.seqlm.job.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.job.cli.Failures;
import org.seqlm.metrics.tensorboard.EventRecords;
import org.seqlm.store.DataFolder;
import org.seqlm.store.Paths;
import org.seqlm.store.Store;

/**
 * A run's metrics as TensorBoard's event files, while it trains. A process writes files of its own
 * name: on disks and HDFS one, flushed with each line; on object stores, where a file appears when
 * it is closed, one for each {@value #SECONDS_A_FILE} seconds. The axis is the tokens trained so
 * far, or the examples, which compares runs of any batch and any number of workers.
 *
 * <p>Nothing of the run depends on these files: one that cannot be written any more is told of
 * once, and the training goes on.
 */
final class TrainBoard implements Closeable {
  static final int SECONDS_A_FILE = 30;

  private final Progress progress;
  private final FileSystem fs; // null where no files are wanted
  private final Path folder;
  private final String name;
  private final String speed;
  private final boolean flushes; // what is written can be read before the file is closed
  private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();
  private FSDataOutputStream out;
  private long lastFile = System.nanoTime();
  private int files;
  private long tokens;
  private double elapsed;
  private boolean failed;

  /**
   * Where a process begins to write.
   *
   * @param tokens trained by earlier ones, or examples; what these told of later ones is shown no
   *     more
   * @param elapsed seconds of the training until the last of them
   */
  record Begin(long tokens, double elapsed) {
    /** With the training. */
    static final Begin AFRESH = new Begin(0, 0);
  }

  private TrainBoard(Progress progress, FileSystem fs, Path folder, Begin begin, String unit)
      throws IOException {
    this.progress = progress;
    this.fs = fs;
    this.folder = folder;
    speed = unit + "-per-second";
    tokens = begin.tokens();
    elapsed = begin.elapsed();
    flushes = fs != null && Store.of(fs, folder).hasFolders();
    // TensorBoard reads a folder's files by name: those of a process that goes on come later.
    long milliseconds = System.currentTimeMillis();
    name =
        String.format(
            Locale.ROOT,
            "events.out.tfevents.%010d.%03d.seqlm.%s",
            milliseconds / 1000,
            milliseconds % 1000,
            DataFolder.unique());
  }

  /**
   * Begins to write.
   *
   * @param to a folder, made where it is missing; null for none
   * @param unit of what is trained, {@code tokens} or {@code examples}, which names the speed
   * @param config as text
   * @throws UserException with exit code 5 if nothing can be written there
   */
  static TrainBoard open(
      Configuration conf, String to, Begin begin, String unit, Object config, Progress progress)
      throws IOException {
    if (to == null) {
      return new TrainBoard(progress, null, null, begin, unit);
    }
    Path folder = Paths.of(to);
    FileSystem fs = Paths.plain(folder, conf);
    TrainBoard board = new TrainBoard(progress, fs, fs.makeQualified(folder), begin, unit);
    double now = now();
    long tokens = begin.tokens();
    // The events of the checkpoint itself, at so many tokens, stay.
    board.waiting.writeBytes(EventRecords.restart(now, tokens == 0 ? 0 : tokens + 1));
    board.waiting.writeBytes(
        EventRecords.text(now, tokens, "configuration", Json.pretty(Json.tree(config))));
    orRefused(
        to,
        () -> {
          board.makeFolder();
          board.write();
        });
    return board;
  }

  /**
   * Sees whether files can be written, before a run begins that is to write them: makes the folder,
   * and in it a file that it removes.
   *
   * @param to the folder; null for none
   * @throws UserException with exit code 5 if nothing can be written there
   */
  static void check(Configuration conf, String to) throws IOException {
    if (to == null) {
      return;
    }
    Path folder = Paths.of(to);
    FileSystem fs = Paths.plain(folder, conf);
    TrainBoard board =
        new TrainBoard(Progress.SILENT, fs, fs.makeQualified(folder), Begin.AFRESH, "");
    orRefused(
        to,
        () -> {
          board.makeFolder();
          Path file = new Path(board.folder, "." + DataFolder.unique()); // of no event file's name
          fs.create(file, false).close();
          fs.delete(file, false);
        });
  }

  private void makeFolder() throws IOException {
    if (flushes && !fs.mkdirs(folder)) {
      throw new IOException("the folder cannot be made");
    }
  }

  private static void orRefused(String to, Action action) {
    try {
      action.run();
    } catch (IOException e) {
      throw UserException.platform(
          "cannot write TensorBoard's events to "
              + to
              + ": "
              + Failures.oneLine(e)
              + "; give another --tensorboard, or leave it out",
          e);
    }
  }

  /**
   * Adds a line of metrics.
   *
   * @param type of the event
   * @param line its other keys
   */
  void add(String type, JsonNode line) {
    if (fs == null || failed) {
      return;
    }
    long before = tokens;
    tokens = line.path("tokens").asLong(tokens);
    double now = now();
    waiting.writeBytes(EventRecords.line(now, tokens, type, line));
    double until = line.path("times").path("elapsed").asDouble(elapsed);
    if (tokens > before && until > elapsed) {
      waiting.writeBytes(
          EventRecords.line(
              now,
              tokens,
              type,
              Json.mapper().createObjectNode().put(speed, (tokens - before) / (until - elapsed))));
    }
    elapsed = until;
    if (flushes || (System.nanoTime() - lastFile) * 1e-9 >= SECONDS_A_FILE) {
      tryTo(this::write);
    }
  }

  private void write() throws IOException {
    if (out == null) {
      String part = flushes ? name : String.format(Locale.ROOT, "%s.%06d", name, ++files);
      out = fs.create(new Path(folder, part), false);
      out.write(EventRecords.beginning(now()));
    }
    waiting.writeTo(out);
    waiting.reset();
    if (flushes) {
      out.hflush();
    } else {
      closeFile();
    }
  }

  private void closeFile() throws IOException {
    FSDataOutputStream open = out;
    out = null;
    lastFile = System.nanoTime();
    open.close();
  }

  @FunctionalInterface
  private interface Action {
    void run() throws IOException;
  }

  private void tryTo(Action action) {
    try {
      action.run();
    } catch (IOException | RuntimeException e) {
      failed = true;
      progress.message(
          "no more is written for TensorBoard to "
              + folder
              + ", the training goes on: "
              + Failures.oneLine(e));
    }
  }

  @Override
  public void close() {
    if (fs == null || failed) {
      return;
    }
    tryTo(
        () -> {
          if (waiting.size() > 0) {
            write();
          }
          if (out != null) {
            closeFile();
          }
        });
  }

  private static double now() {
    return System.currentTimeMillis() * 1e-3;
  }
}
