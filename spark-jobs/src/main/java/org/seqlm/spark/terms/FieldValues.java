package org.seqlm.spark.terms;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.corpus.RangeLines;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.spark.corpus.RangesRdd;
import org.seqlm.spark.io.SharedSettings;
import scala.Tuple2;

/**
 * The values that a field has, for who gave one that it has not. A range counts the first thousands
 * of its values and gives its most frequent, so that of many values the counts are too low, and the
 * same in every run.
 */
final class FieldValues {
  /** Values that a range counts. */
  private static final int MOST_COUNTED = 1 << 12;

  /** Values that a range gives. */
  private static final int MOST_GIVEN = 50;

  private static final int MOST_CHARACTERS = 64;
  private static final int TOLD = 8;

  private FieldValues() {}

  /**
   * The end of a message: the most frequent values, without those that few records have and may be
   * someone's.
   *
   * @param leastRecords of a value that is told
   */
  static String told(JavaSparkContext spark, TermText text, String field, long leastRecords) {
    Broadcast<SharedSettings> conf =
        spark.broadcast(new SharedSettings(spark.hadoopConfiguration()));
    Map<String, Long> values =
        new Values(spark.sc(), text.plan(), conf, text.source(), field)
            .toJavaRDD().collect().stream()
                .collect(Collectors.toMap(Tuple2::_1, Tuple2::_2, Long::sum, TreeMap::new));
    if (values.isEmpty()) {
      return "no record has a field " + field + ": give --by with another";
    }
    List<String> most =
        first(values, TOLD).entrySet().stream()
            .filter(one -> one.getValue() >= leastRecords)
            .sorted(
                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .map(Map.Entry::getKey)
            .toList();
    return most.isEmpty()
        ? "no value of " + field + " has " + leastRecords + " records: give --by with another field"
        : "the most frequent values of " + field + " are " + String.join(", ", most);
  }

  private static TreeMap<String, Long> first(Map<String, Long> values, int most) {
    return values.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(most)
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, Long::sum, TreeMap::new));
  }

  private static final class Values extends RangesRdd<Tuple2<String, Long>> {
    private static final long serialVersionUID = 1L;

    private final CorpusSource source;
    private final String field;

    Values(
        SparkContext spark,
        CorpusPlan plan,
        Broadcast<SharedSettings> conf,
        CorpusSource source,
        String field) {
      super(spark, plan, conf);
      this.source = source;
      this.field = field;
    }

    @Override
    public Iterator<Tuple2<String, Long>> compute(
        Configuration conf, CorpusRange range, TaskContext context) {
      Counts counts = new Counts(field, context);
      try {
        RangeLines.read(conf, source, range, new long[range.pieces().size()], counts, bytes -> {});
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return FieldValues.first(counts.values, MOST_GIVEN).entrySet().stream()
          .map(one -> new Tuple2<>(one.getKey(), one.getValue()))
          .iterator();
    }
  }

  private static final class Counts implements RangeLines.Sink {
    private final String field;
    private final TaskContext context;
    private final Map<String, Long> values = new TreeMap<>();

    Counts(String field, TaskContext context) {
      this.field = field;
      this.context = context;
    }

    @Override
    public List<String> fields() {
      return List.of(field);
    }

    @Override
    public void fields(String[] found) {
      if (context.isInterrupted()) {
        throw new TaskKilledException("told to stop");
      }
      if (found.length == 0 || found[0] == null) {
        return;
      }
      String value =
          found[0].codePointCount(0, found[0].length()) <= MOST_CHARACTERS
              ? found[0]
              : found[0].substring(0, found[0].offsetByCodePoints(0, MOST_CHARACTERS)) + "...";
      if (values.size() < MOST_COUNTED || values.containsKey(value)) {
        values.merge(value, 1L, Long::sum);
      }
    }

    @Override
    public void startPiece(CorpusFile file, boolean goesOn) {}

    @Override
    public void startDocument() {}

    @Override
    public void line(byte[] utf8, int from, int to, boolean terminated, long record, long line) {}

    @Override
    public void endPiece(boolean goesOn) {}
  }
}
