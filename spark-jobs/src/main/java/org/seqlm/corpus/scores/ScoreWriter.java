package org.seqlm.corpus.scores;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.corpus.KeptRecord;
import org.seqlm.lm.TextScore;
import org.seqlm.store.FileEntry;

/**
 * Writes the rows of one part of a text, each to the file of its bucket: {@code
 * scores/part-00007.parquet}, or {@code scores/head/part-00007.parquet}. What is closed before it
 * is kept leaves nothing.
 */
public final class ScoreWriter implements Closeable {
  private final Buckets buckets;
  private final List<RowFile> files = new ArrayList<>(); // one, or (bucket)
  private final long[] rows; // of each of these

  /**
   * Begins the files.
   *
   * @param folder of the artifact
   * @param part the files' name without its extension, for instance {@code part-00007}
   * @param attempt distinguishes concurrent writers of the same files
   */
  public ScoreWriter(FileSystem fs, Path folder, String part, long attempt, ScoreForm form)
      throws IOException {
    buckets = form.buckets();
    rows = new long[Math.max(1, buckets.size())];
    try {
      for (int b = 0; b < rows.length; b++) {
        String name = buckets.size() == 0 ? part : buckets.names().get(b) + "/" + part;
        files.add(RowFile.open(new RowFile.Place(fs, folder, name, attempt, form)));
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * A row.
   *
   * @param path of the file
   * @param record the (first) record's place in it, from 1
   * @param line its place in the record, or the lines of the document
   * @param scores what each model makes of it
   * @param kept the record itself, where records are kept
   */
  public void row(String path, long record, long line, List<TextScore> scores, KeptRecord kept)
      throws IOException {
    int bucket = buckets.of(scores.get(0).perplexity());
    rows[bucket]++;
    files
        .get(bucket)
        .row(
            path,
            record,
            line,
            scores,
            kept,
            buckets.size() == 0 ? null : buckets.names().get(bucket));
  }

  /** How many rows each bucket has; of all, where there are none. */
  public long[] rows() {
    return rows.clone();
  }

  /**
   * Ends the files, which appear.
   *
   * @return their entries for the manifest
   */
  public List<FileEntry> keep() throws IOException {
    List<FileEntry> entries = new ArrayList<>();
    for (RowFile file : files) {
      entries.addAll(file.keep());
    }
    return entries;
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (RowFile file : files) {
      try {
        file.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
