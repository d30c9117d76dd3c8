package org.seqlm.spark.scoring;

import java.io.IOException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.seqlm.corpus.KeptRecord;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.corpus.scores.ScoreWriter;
import org.seqlm.lm.TextScore;
import org.seqlm.store.FileEntry;

/** What scoring one range of a text came to. */
public final class ScoredRange implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What a model makes of all of it. */
  public static final class Sums implements Serializable {
    private static final long serialVersionUID = 1L;

    /** {@link org.seqlm.lm.Score#packed}. */
    final double[] score;

    /** Code points, line feeds among them. */
    final long characters;

    /** UTF-8 bytes of the unknown words. */
    final long unknownBytes;

    /** For Kryo. */
    Sums() {
      this(null, 0, 0);
    }

    Sums(double[] score, long characters, long unknownBytes) {
      this.score = score;
      this.characters = characters;
      this.unknownBytes = unknownBytes;
    }
  }

  /** What a document, or the part of it that one range holds, came to. */
  public static final class DocumentScore implements Serializable {
    private static final long serialVersionUID = 1L;

    String path;
    long record;
    long lines;

    /** (model): a packed {@link TextScore}; null where no model has read it. */
    double[][] models;

    void writeTo(ScoreWriter rows) throws IOException {
      rows.row(path, record, lines, Arrays.stream(models).map(TextScore::unpack).toList(), kept);
    }

    /** The record itself, where it is kept; such records lie whole in a range. */
    transient KeptRecord kept;

    /** Appends a line. */
    void add(List<TextScore> line) {
      if (models == null) {
        models = line.stream().map(TextScore::packed).toArray(double[][]::new);
        return;
      }
      for (int m = 0; m < models.length; m++) {
        models[m] = TextScore.unpack(models[m]).plus(line.get(m)).packed();
      }
    }

    /** Appends the part that a later range holds. */
    void add(DocumentScore next) {
      lines += next.lines;
      if (next.models != null) {
        add(Arrays.stream(next.models).map(TextScore::unpack).toList());
      }
    }
  }

  RangeSummary summary;

  /** (model). */
  Sums[] sums;

  /** That were written. */
  FileEntry[] files = {};

  /** Written, of each bucket; of all where there are none. */
  long[] rows = {};

  /** What the range holds of a document that began in an earlier one, or null. */
  DocumentScore head;

  /** The document that may go on in the next range, or null. */
  DocumentScore open;

  /** Whether the document that is open before the range goes on after it. */
  boolean headGoesOn;
}
