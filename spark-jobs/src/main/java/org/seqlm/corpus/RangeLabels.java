package org.seqlm.corpus;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.DocumentFields;
import org.seqlm.text.Hash128;

/**
 * The labels of the documents that begin in a range, and the clusters that they belong to. A
 * document takes 12 bytes and what is different of its labels; of combinations of labels a range
 * knows {@link #MOST}, the others are {@link #OTHER}.
 */
public final class RangeLabels implements Serializable {
  private static final long serialVersionUID = 1L;

  /** A label that stands for many. */
  static final String OTHER = "(other)";

  /** Different combinations of labels that are told apart. */
  static final int MOST = 1 << 14;

  /** Code points of a label that count. */
  static final int LONGEST = 64;

  /** Hashes of clusters are below, as those of texts by their words. */
  private static final long MODULUS = (1L << 61) - 1;

  private static final long ALONE = -1;

  private final String[][] rows; // (combination, label)
  private final int[] documents; // the row of each
  private final long[] clusters; // of each document

  private RangeLabels(String[][] rows, int[] documents, long[] clusters) {
    this.rows = rows;
    this.documents = documents;
    this.clusters = clusters;
  }

  /**
   * A document's labels.
   *
   * @param document its place among those that begin in the range
   * @return by label; null for one that it has not
   */
  public String[] labels(int document) {
    return rows[documents[document]];
  }

  /** The hash of its cluster's name, 0 to 2^61 − 2; negative where it stands alone. */
  public long cluster(int document) {
    return clusters[document];
  }

  /** Takes records as they are read, and documents as they begin. */
  static final class Collector {
    private final DocumentFields fields;
    private final List<String> names;
    private final boolean none;
    private final int most;
    private final Map<List<String>, Integer> rows = new LinkedHashMap<>();
    private int[] documents = new int[16];
    private long[] clusters = new long[16];
    private int count;

    // Of the file and the record that are being read.
    private String folder;
    private String[] values;

    // Of the document that begins with the next token.
    private int row;
    private long cluster = ALONE;

    Collector(DocumentFields fields) {
      this(fields, MOST);
    }

    Collector(DocumentFields fields, int most) {
      this.fields = fields;
      this.most = most;
      names = fields.names();
      none = fields.isNone();
    }

    /** Fields that records are asked for. */
    List<String> names() {
      return names;
    }

    /** What follows is of this file. */
    void startFile(CorpusFile file) {
      folder = none ? null : DocumentFields.source(file);
      values = null;
      cluster = ALONE;
    }

    /** What follows is of a record with these values of {@link DocumentFields#names}. */
    void record(String[] found) {
      values = found;
    }

    /**
     * A document begins.
     *
     * @return the hash of its cluster's name; negative where it stands alone
     */
    long startDocument() {
      if (none) {
        return ALONE;
      }
      int n = fields.labels().size();
      String[] labels = new String[n];
      for (int i = 0; i < n; i++) {
        String value = values == null ? null : values[i];
        labels[i] =
            clean(
                value == null && fields.labels().get(i).equals(DocumentFields.SOURCE)
                    ? folder
                    : value);
      }
      row = row(Arrays.asList(labels));
      cluster = fields.cluster() == null || values == null ? ALONE : hash(values[n]);
      return cluster;
    }

    /** Whether the document that began last belongs to a cluster. */
    boolean inCluster() {
      return cluster != ALONE;
    }

    /** The document has a token. */
    void add() {
      if (none) {
        return;
      }
      if (count == documents.length) {
        int room = RangeScanner.room(count, Integer.MAX_VALUE - 8);
        documents = Arrays.copyOf(documents, room);
        clusters = Arrays.copyOf(clusters, room);
      }
      documents[count] = row;
      clusters[count++] = cluster;
    }

    /** Those of all documents; null where nothing is kept. */
    RangeLabels take() {
      if (none) {
        return null;
      }
      return new RangeLabels(
          rows.keySet().stream()
              .map(labels -> labels.toArray(String[]::new))
              .toArray(String[][]::new),
          Arrays.copyOf(documents, count),
          Arrays.copyOf(clusters, count));
    }

    private int row(List<String> labels) {
      Integer known = rows.get(labels);
      if (known != null) {
        return known;
      }
      if (rows.size() < most - 1) {
        rows.put(labels, rows.size());
        return rows.size() - 1;
      }
      String[] other = new String[labels.size()];
      Arrays.fill(other, OTHER);
      Integer last = rows.putIfAbsent(Arrays.asList(other), rows.size());
      return last == null ? rows.size() - 1 : last;
    }

    /** One line of readable length; null for nothing. */
    private static String clean(String value) {
      if (value == null) {
        return null;
      }
      String line = value.replaceAll("[\\p{Cntrl}\\p{Z}]+", " ").strip();
      if (line.isEmpty()) {
        return null;
      }
      return line.codePointCount(0, line.length()) <= LONGEST
          ? line
          : line.substring(0, line.offsetByCodePoints(0, LONGEST));
    }

    private static long hash(String name) {
      if (name == null || name.isEmpty()) {
        return ALONE;
      }
      byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
      return Long.remainderUnsigned(new Hash128().hash(utf8, 0, utf8.length, 8, 9).low(), MODULUS);
    }
  }
}
