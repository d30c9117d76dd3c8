package org.seqlm.spark.scoring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.lm.files.TableFile;

/** Writes a row for each token that is scored, line by line and model by model. */
final class TokenRows {
  private final TableFile file;
  private final LineScorer.CutParts cutParts;
  private final List<Row> held = new ArrayList<>(); // of a document that may be left to others
  private String path;
  private long record;
  private long line;
  private int model;
  private long position;

  /**
   * @param cutParts where they are left to others, rows wait for {@link #keep} or {@link #drop}
   */
  TokenRows(TableFile file, LineScorer.CutParts cutParts) {
    this.file = file;
    this.cutParts = cutParts;
  }

  private record Row(
      String path,
      long record,
      long line,
      int model,
      long position,
      String token,
      double log10,
      int order,
      boolean unknown) {
    void writeTo(TableFile file) throws IOException {
      file.text(path)
          .count(record)
          .count(line)
          .count(model)
          .count(position)
          .text(token)
          .log10(log10)
          .count(order)
          .count(unknown ? 1 : 0)
          .endRow();
    }
  }

  /**
   * The tokens of a line follow.
   *
   * @param model that scores them, from 1
   */
  void startLine(String path, long record, long line, int model) {
    this.path = path;
    this.record = record;
    this.line = line;
    this.model = model;
    position = 0;
  }

  /**
   * A token.
   *
   * @param order of the n-gram that its probability is of, 0 for none
   */
  void token(byte[] utf8, int from, int to, double log10, int order, boolean unknown) {
    String token = new String(utf8, from, to - from, StandardCharsets.UTF_8);
    Row row = new Row(path, record, line, model, ++position, token, log10, order, unknown);
    if (cutParts == LineScorer.CutParts.LEFT) {
      held.add(row);
      return;
    }
    try {
      row.writeTo(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // through the tokeniser
    }
  }

  /** Writes what waits. */
  void keep() throws IOException {
    for (Row row : held) {
      row.writeTo(file);
    }
    held.clear();
  }

  /** Forgets what waits: others write it. */
  void drop() {
    held.clear();
  }
}
