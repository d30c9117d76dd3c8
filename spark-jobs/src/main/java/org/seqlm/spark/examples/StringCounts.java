package org.seqlm.spark.examples;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.storage.StorageLevel;
import org.seqlm.UserException;
import org.seqlm.corpus.example.ExampleEncoder;
import org.seqlm.corpus.example.ParsedExample;
import org.seqlm.dataset.ExampleColumn;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.dataset.Split;
import org.seqlm.dataset.VocabularySource;
import org.seqlm.vocab.ExampleVocabulary;
import org.seqlm.vocab.VocabularyLimits;
import scala.Tuple2;

/**
 * How often each token and each label stands in each column and split, counted by hash on the
 * executors; of that the driver gets the labels and the vocabularies.
 */
final class StringCounts implements AutoCloseable {
  /** Labels of one column. */
  private static final int MOST_LABELS = 1 << 16;

  /** Tokens of one vocabulary, which each task that writes holds. */
  private static final int MOST_TOKENS = 4_000_000;

  /** Different strings that a task adds up before it hands them on. */
  private static final int HELD = 1 << 16;

  private static final Split[] SPLITS = Split.values();

  /** In the key of a token, whose splits are added up. */
  private static final char ALL = '*';

  /** By a character for the column, one for the split of a label, and the string. */
  private final JavaPairRDD<String, Long> counts;

  private final Kept[] kept; // by column

  /** How many strings of a column there are, and how many of them get an id. */
  private static final class Kept {
    private long types;
    private long kept;
  }

  private final VocabularyLimits limits;

  private StringCounts(JavaPairRDD<String, Long> counts, VocabularyLimits limits, Kept[] kept) {
    this.counts = counts;
    this.limits = limits;
    this.kept = kept;
  }

  /**
   * Counts.
   *
   * @param from of which splits tokens count
   */
  static StringCounts of(
      ExampleScan scan,
      ExampleTask task,
      VocabularyLimits limits,
      VocabularySource from,
      int tasks) {
    ArrayList<ExampleColumn> columns = new ArrayList<>(scan.form().columns());
    boolean train = from == VocabularySource.TRAIN;
    JavaPairRDD<String, Long> counts =
        scan.pass((range, examples) -> new Added(examples, task, columns, train))
            .mapToPair(pair -> pair)
            .reduceByKey(Long::sum, tasks)
            .persist(StorageLevel.MEMORY_AND_DISK_SER());
    Kept[] kept = new Kept[columns.size()];
    try {
      for (int c = 0; c < kept.length; c++) {
        kept[c] = new Kept();
      }
      for (long[] part :
          counts
              .mapPartitions(pairs -> List.of(sizes(pairs, columns, limits.minCount())).iterator())
              .collect()) {
        for (int c = 0; c < kept.length; c++) {
          kept[c].types += part[2 * c];
          kept[c].kept += part[2 * c + 1];
        }
      }
    } catch (RuntimeException e) {
      counts.unpersist();
      throw e;
    }
    return new StringCounts(counts, limits, kept);
  }

  /** By column: strings, and those of them that get an id. */
  private static long[] sizes(
      Iterator<Tuple2<String, Long>> pairs, List<ExampleColumn> columns, long minCount) {
    long[] sizes = new long[2 * columns.size()];
    while (pairs.hasNext()) {
      Tuple2<String, Long> pair = pairs.next();
      int column = pair._1().charAt(0);
      sizes[2 * column]++;
      sizes[2 * column + 1] += isKept(pair, columns.get(column), minCount) ? 1 : 0;
    }
    return sizes;
  }

  private static boolean isKept(Tuple2<String, Long> pair, ExampleColumn column, long minCount) {
    return pair._2() >= minCount
        && !BlockWriting.side(ExampleEncoder.strings(column))
            .reserved()
            .contains(pair._1().substring(2));
  }

  private static String key(int column, char split, String string) {
    return (char) column + "" + split + string;
  }

  /** Adds up strings, and hands them on when they are many. */
  private static final class Added implements Iterator<Tuple2<String, Long>> {
    private final Iterator<byte[]> examples;
    private final ExampleTask task;
    private final List<ExampleColumn> columns;
    private final boolean train; // whether only tokens of that split count
    private Iterator<Map.Entry<String, Long>> held = Map.<String, Long>of().entrySet().iterator();

    Added(Iterator<byte[]> examples, ExampleTask task, List<ExampleColumn> columns, boolean train) {
      this.examples = examples;
      this.task = task;
      this.columns = columns;
      this.train = train;
    }

    @Override
    public boolean hasNext() {
      if (!held.hasNext() && examples.hasNext()) {
        Map<String, Long> sums = new HashMap<>();
        while (sums.size() < HELD && examples.hasNext()) {
          add(examples.next(), sums);
        }
        held = sums.entrySet().iterator();
      }
      return held.hasNext();
    }

    private void add(byte[] encoded, Map<String, Long> sums) {
      ParsedExample example = ParsedExample.decode(task, encoded);
      int split = ParsedExample.split(encoded);
      for (int c = 0; c < columns.size(); c++) {
        ExampleEncoder.Strings kind = ExampleEncoder.strings(columns.get(c));
        boolean labels = kind == ExampleEncoder.Strings.LABELS;
        if (kind != null && (labels || !train || split == Split.TRAIN.ordinal())) {
          char of = labels ? (char) split : ALL;
          for (String string : ExampleEncoder.strings(example.value(columns.get(c).name()))) {
            sums.merge(key(c, of, string), 1L, Long::sum);
          }
        }
      }
    }

    @Override
    public Tuple2<String, Long> next() {
      if (!hasNext()) {
        throw new java.util.NoSuchElementException();
      }
      Map.Entry<String, Long> next = held.next();
      return new Tuple2<>(next.getKey(), next.getValue());
    }
  }

  /**
   * The labels of a column.
   *
   * @param names in the order of their bytes
   * @param counts of each, by split
   */
  record Labels(List<String> names, Map<Split, List<Long>> counts) {}

  /**
   * The labels of a column, of all splits.
   *
   * @param shown the column, for messages
   * @throws UserException with exit code 3 if there are too many to be labels
   */
  Labels labels(int column, String shown) {
    long found = kept[column].types;
    if (found > (long) MOST_LABELS * SPLITS.length) {
      throw tooMany(shown, found / SPLITS.length);
    }
    TreeMap<String, long[]> labels = new TreeMap<>(byBytes());
    for (Tuple2<String, Long> pair :
        counts.filter(pair -> pair._1().charAt(0) == column).collect()) {
      labels
              .computeIfAbsent(pair._1().substring(2), name -> new long[SPLITS.length])[
              pair._1().charAt(1)] =
          pair._2();
    }
    if (labels.size() > MOST_LABELS) {
      throw tooMany(shown, labels.size());
    }
    Map<Split, List<Long>> bySplit = new TreeMap<>();
    for (Split split : SPLITS) {
      bySplit.put(split, labels.values().stream().map(n -> n[split.ordinal()]).toList());
    }
    return new Labels(List.copyOf(labels.keySet()), bySplit);
  }

  private static UserException tooMany(String shown, long found) {
    return UserException.data(
        String.format(
            Locale.ROOT,
            "%s has at least %,d different labels, but no more than %,d can be told apart: is it a"
                + " label? name the right column, or join some labels",
            shown,
            found,
            MOST_LABELS));
  }

  /**
   * The vocabulary of a column.
   *
   * @param types different tokens that were counted, before any limit
   */
  record Vocabulary(ExampleVocabulary vocabulary, long types) {}

  /**
   * Ranks the tokens of a column.
   *
   * @param shown the column, for messages
   * @throws UserException with exit code 3 if there are more than fit in a memory
   */
  Vocabulary vocabulary(int column, String shown, ExampleVocabulary.Side side) {
    List<String> reserved = side.reserved();
    long minCount = limits.minCount();
    long most =
        Math.min(
            kept[column].kept,
            limits.maxSize() == 0 ? Long.MAX_VALUE : limits.maxSize() - reserved.size());
    if (most > MOST_TOKENS) {
      throw UserException.data(
          String.format(
              Locale.ROOT,
              "%s has %,d different tokens, but no more than %,d fit into the vocabulary of"
                  + " examples: give --vocabulary-size or --min-count",
              shown,
              most,
              MOST_TOKENS));
    }
    List<Tuple2<String, Long>> ranked =
        most == 0
            ? List.of()
            : counts
                .filter(
                    pair ->
                        pair._1().charAt(0) == column
                            && pair._2() >= minCount
                            && !reserved.contains(pair._1().substring(2)))
                .takeOrdered((int) most, new ByRank());
    return new Vocabulary(
        ExampleVocabulary.of(
            side,
            ranked.stream().map(pair -> pair._1().substring(2)).toList(),
            ranked.stream().mapToLong(Tuple2::_2).toArray()),
        kept[column].types);
  }

  private static Comparator<String> byBytes() {
    return Comparator.comparing(
        text -> text.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);
  }

  /** By falling count, then rising bytes. */
  private static final class ByRank implements Comparator<Tuple2<String, Long>>, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public int compare(Tuple2<String, Long> one, Tuple2<String, Long> other) {
      int byCount = Long.compare(other._2(), one._2());
      return byCount != 0
          ? byCount
          : Arrays.compareUnsigned(
              one._1().getBytes(StandardCharsets.UTF_8),
              other._1().getBytes(StandardCharsets.UTF_8));
    }
  }

  @Override
  public void close() {
    counts.unpersist();
  }
}
