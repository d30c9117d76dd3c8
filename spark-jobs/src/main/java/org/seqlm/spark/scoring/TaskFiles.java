package org.seqlm.spark.scoring;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.seqlm.corpus.scores.ScoreWriter;
import org.seqlm.lm.files.ScoreFiles;
import org.seqlm.lm.files.TableFile;
import org.seqlm.spark.task.TaskMemory;
import org.seqlm.store.FileEntry;
import org.seqlm.store.Paths;

/** The files that a task writes, if any; what is closed before it is kept leaves nothing. */
final class TaskFiles implements Closeable {
  /** Part of the heap for rows of tokens that wait. */
  private static final double HELD = 0.05;

  private ScoreWriter rows; // null for none
  private TableFile tokenFile; // null for none
  private TokenRows tokens;

  private TaskFiles() {}

  /**
   * Begins them.
   *
   * @param output null for no files
   * @param part their name without its extension
   */
  static TaskFiles open(
      Configuration conf, TextScoring.Output output, String part, int models, TaskContext context)
      throws IOException {
    TaskFiles files = new TaskFiles();
    if (output == null) {
      return files;
    }
    try {
      Path folder = new Path(output.folder());
      FileSystem fs = Paths.plain(folder, conf);
      files.rows = new ScoreWriter(fs, folder, part, context.taskAttemptId(), output.form(models));
      files.openTokens(fs, output, part, context);
      return files;
    } catch (IOException | RuntimeException e) {
      files.close();
      throw e;
    }
  }

  /** The same, of a document that others left: its row is written with others'. */
  static TaskFiles ofTokens(
      Configuration conf, TextScoring.Output output, String part, TaskContext context)
      throws IOException {
    TaskFiles files = new TaskFiles();
    FileSystem fs = Paths.plain(new Path(output.folder()), conf);
    files.openTokens(fs, output, part, context);
    return files;
  }

  private void openTokens(
      FileSystem fs, TextScoring.Output output, String part, TaskContext context)
      throws IOException {
    if (output.tokens() == TextScoring.Tokens.WRITTEN) {
      tokenFile =
          TableFile.open(
              fs,
              new Path(output.folder()),
              "tokens/" + part + output.format().extension(),
              context.taskAttemptId(),
              output.format(),
              ScoreFiles.TOKEN_COLUMNS);
      tokens = new TokenRows(tokenFile, TaskMemory.spill(HELD, "token-rows"));
    }
  }

  /** Takes rows; null where none are written. */
  ScoreWriter rows() {
    return rows;
  }

  /** Rows that were written, of each bucket; of all where there are none. */
  long[] rowCounts() {
    return rows == null ? new long[0] : rows.rows();
  }

  /** Takes tokens; null where none are written. */
  TokenRows tokens() {
    return tokens;
  }

  /** Ends all files, which appear. */
  FileEntry[] keep() throws IOException {
    List<FileEntry> kept = new ArrayList<>();
    if (rows != null) {
      kept.addAll(rows.keep());
    }
    if (tokenFile != null) {
      kept.add(tokenFile.keep());
    }
    return kept.toArray(FileEntry[]::new);
  }

  @Override
  public void close() throws IOException {
    try (ScoreWriter first = rows;
        TableFile second = tokenFile;
        TokenRows third = tokens) {
      // All are closed, whatever becomes of others.
    }
  }
}
