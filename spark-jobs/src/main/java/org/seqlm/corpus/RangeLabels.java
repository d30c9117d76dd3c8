package org.seqlm.corpus;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.DocumentFields;
import org.seqlm.text.Hash128;

/**
 * The labels of the documents that begin in a range, and the clusters that they belong to. A
 * document takes 8 bytes and 4 a label. Of each label a range knows {@link #MOST} values, the first
 * ones; others of that label are {@link #OTHER}, whatever the document's other labels are.
 */
public final class RangeLabels implements Serializable {
  private static final long serialVersionUID = 1L;

  /** A label that stands for many. */
  public static final String OTHER = "(other)";

  /** Different values of a label that are told apart. */
  public static final int MOST = 1 << 14;

  /** Code points of a label that count. */
  static final int LONGEST = 64;

  /** Hashes of clusters are below, as those of texts by their words. */
  private static final long MODULUS = (1L << 61) - 1;

  private static final long ALONE = -1;

  // Codes that stand for no value in particular.
  private static final int NONE = -1;
  private static final int TOGETHER = -2;

  private final String[][] values; // (label, code)
  private final int[][] codes; // (label, document)
  private final long[] clusters; // of each document

  private RangeLabels(String[][] values, int[][] codes, long[] clusters) {
    this.values = values;
    this.codes = codes;
    this.clusters = clusters;
  }

  /**
   * A document's labels.
   *
   * @param document its place among those that begin in the range
   * @return by label; null for one that it has not
   */
  public String[] labels(int document) {
    String[] labels = new String[codes.length];
    for (int i = 0; i < labels.length; i++) {
      int code = codes[i][document];
      labels[i] = code == NONE ? null : code == TOGETHER ? OTHER : values[i][code];
    }
    return labels;
  }

  /** How many labels a document has. */
  public int size() {
    return codes.length;
  }

  /**
   * Counts a document's labels that are {@link #OTHER} as one value too many.
   *
   * @param counts by label, which are added to
   */
  public void countTogether(int document, long[] counts) {
    for (int i = 0; i < codes.length; i++) {
      counts[i] += codes[i][document] == TOGETHER ? 1 : 0;
    }
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
    private final List<Map<String, Integer>> known = new ArrayList<>(); // by label: codes
    private final int[][] codes; // (label, document)
    private long[] clusters = new long[16];
    private int count;

    // Of the file and the record that are being read.
    private String folder;
    private String[] values;

    // Of the document that begins with the next token.
    private final int[] row; // by label
    private long cluster = ALONE;

    Collector(DocumentFields fields) {
      this(fields, MOST);
    }

    Collector(DocumentFields fields, int most) {
      this.fields = fields;
      this.most = most;
      names = fields.names();
      none = fields.isNone();
      int labels = fields.labels().size();
      for (int i = 0; i < labels; i++) {
        known.add(new LinkedHashMap<>());
      }
      codes = new int[labels][16];
      row = new int[labels];
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
      for (int i = 0; i < n; i++) {
        String value = values == null ? null : values[i];
        boolean ofFolder = value == null && fields.labels().get(i).equals(DocumentFields.SOURCE);
        row[i] = code(known.get(i), clean(ofFolder ? folder : value));
      }
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
      if (count == clusters.length) {
        int room = RangeScanner.room(count, Integer.MAX_VALUE - 8);
        Arrays.setAll(codes, i -> Arrays.copyOf(codes[i], room));
        clusters = Arrays.copyOf(clusters, room);
      }
      for (int i = 0; i < row.length; i++) {
        codes[i][count] = row[i];
      }
      clusters[count++] = cluster;
    }

    /** Those of all documents; null where nothing is kept. */
    RangeLabels take() {
      if (none) {
        return null;
      }
      return new RangeLabels(
          known.stream()
              .map(codesOf -> codesOf.keySet().toArray(String[]::new))
              .toArray(String[][]::new),
          Arrays.stream(codes).map(of -> Arrays.copyOf(of, count)).toArray(int[][]::new),
          Arrays.copyOf(clusters, count));
    }

    private int code(Map<String, Integer> codesOf, String value) {
      if (value == null) {
        return NONE;
      }
      Integer code = codesOf.get(value);
      if (code != null) {
        return code;
      }
      if (codesOf.size() == most) {
        return TOGETHER;
      }
      codesOf.put(value, codesOf.size());
      return codesOf.size() - 1;
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
