package org.seqlm.spark.terms;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.sum;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.seqlm.Progress;
import org.seqlm.terms.AssociationMeasure;
import org.seqlm.terms.Collocation;
import org.seqlm.terms.PairTable;
import org.seqlm.terms.SpanCounts;
import org.seqlm.terms.SpanRules;
import org.seqlm.terms.TokenFilter;
import org.seqlm.text.TextRules;

/**
 * What stands near some words of a text, by {@link SpanCounts}: the text is read once, and the
 * words of ranges are added up by hash. A task holds the words of one range.
 */
public final class SpanCollocations implements AutoCloseable {
  private static final int WORD = -1; // the kind of rows of words alone
  private static final int FIXED = 2; // totals before those of nodes

  private final SpanRules rules;
  private final TermRanges ranges;
  private final Dataset<Row> scored;
  private final long candidates;

  private SpanCollocations(
      SpanRules rules, TermRanges ranges, Dataset<Row> scored, long candidates) {
    this.rules = rules;
    this.ranges = ranges;
    this.scored = scored;
    this.candidates = candidates;
  }

  /**
   * A word near a node.
   *
   * @param node what it stands near
   * @param left how often before the node
   * @param right how often behind it
   * @param documents that have the two near each other
   * @param count how often the word stands anywhere
   */
  public record Near(
      String node,
      String word,
      long left,
      long right,
      long documents,
      long count,
      PairTable association) {
    /** The two words, and how strongly they belong together. */
    public Collocation collocation() {
      return new Collocation(List.of(node, word), association);
    }
  }

  /**
   * Reads a text.
   *
   * @param rules whose nodes are tokens as {@code textRules} cut them
   * @param tasks that joins are cut into; 0 for as many as suit the cluster
   * @throws org.seqlm.UserException with exit code 3 if more is bad than the limits allow
   */
  public static SpanCollocations of(
      JavaSparkContext spark,
      TermText text,
      TextRules textRules,
      SpanRules rules,
      int tasks,
      Progress progress) {
    TermRanges ranges =
        TermRanges.read(
            spark, text, textRules, (side, range) -> new Counter(rules), "read", progress);
    SparkSession session = TermSession.of(spark, tasks);
    Dataset<Row> counts = ranges.rows(session, List.of("a", "b"));
    progress.stage("score collocations", 0, "pairs");
    TokenFilter filter = rules.tokens();
    Dataset<Row> near =
        counts
            .where(col("kind").notEqual(WORD))
            .groupBy("kind", "word")
            .agg(sum("a").as("left"), sum("b").as("right"), sum("documents").as("documents"))
            .where(
                col("left")
                    .plus(col("right"))
                    .geq(rules.minCount())
                    .and(col("documents").geq(rules.minDocuments())))
            .filter(
                (org.apache.spark.api.java.function.FilterFunction<Row>)
                    row -> filter.takes(row.getString(1)));
    Dataset<Row> words =
        counts
            .where(col("kind").equalTo(WORD))
            .groupBy("word")
            .agg(sum("a").as("count"), sum("b").as("places"));
    long[] nodePlaces =
        IntStream.range(0, rules.nodes().size())
            .mapToLong(node -> ranges.total(FIXED + node))
            .toArray();
    Dataset<Row> joined =
        near.join(words, "word")
            .select("kind", "word", "left", "right", "documents", "count", "places");
    Dataset<Row> scored =
        scored(session, joined, rules, nodePlaces, ranges.total(1))
            .persist(StorageLevel.MEMORY_AND_DISK());
    long candidates = scored.count();
    progress.update(candidates, "");
    return new SpanCollocations(rules, ranges, scored, candidates);
  }

  private static Dataset<Row> scored(
      SparkSession session, Dataset<Row> joined, SpanRules rules, long[] nodePlaces, long total) {
    List<String> nodes = rules.nodes();
    AssociationMeasure[] measures = AssociationMeasure.values();
    JavaRDD<Row> rows =
        joined
            .javaRDD()
            .map(
                row -> {
                  Object[] values = new Object[9 + measures.length];
                  int node = row.getInt(0);
                  PairTable association =
                      new PairTable(
                          row.getLong(2) + row.getLong(3), nodePlaces[node], row.getLong(6), total);
                  values[0] = nodes.get(node);
                  for (int i = 1; i < 7; i++) {
                    values[i] = row.get(i);
                  }
                  values[7] = association.joint();
                  values[8] = association.expected();
                  for (int i = 0; i < measures.length; i++) {
                    values[9 + i] = measures[i].of(association);
                  }
                  return RowFactory.create(values);
                });
    StructType schema =
        new StructType()
            .add("node", DataTypes.StringType, false)
            .add("word", DataTypes.StringType, false);
    for (String name :
        List.of("left", "right", "documents", "word_count", "word_places", "count")) {
      schema = schema.add(name, DataTypes.LongType, false);
    }
    schema = schema.add("expected", DataTypes.DoubleType, false);
    for (AssociationMeasure measure : measures) {
      schema = schema.add(measure.column(), DataTypes.DoubleType, false);
    }
    return session.createDataFrame(rows, schema);
  }

  /** Tokens of the text. */
  public long tokens() {
    return ranges.total(0);
  }

  /** N: pairs of places within the span of each other, whatever stands there. */
  public long places() {
    return ranges.total(1);
  }

  /** Records, and what is bad. */
  public org.seqlm.corpus.RangeSummary summary() {
    return ranges.summary();
  }

  /** Documents that have tokens. */
  public long documents() {
    return ranges.documents().total();
  }

  /** Pairs of a node with a word that are frequent enough: what {@link #rows} has. */
  public long candidates() {
    return candidates;
  }

  /**
   * All candidates: {@code node}, {@code word}, {@code left}, {@code right}, {@code documents},
   * {@code word_count}, {@code word_places}, {@code count}, {@code expected}, and a column each
   * measure.
   */
  public Dataset<Row> rows() {
    return scored;
  }

  /** All candidates by node, falling measure, then the words' bytes. */
  public Dataset<Row> ranked(AssociationMeasure measure) {
    return scored.orderBy(by(measure));
  }

  private static Column[] by(AssociationMeasure measure) {
    return new Column[] {col("node"), col(measure.column()).desc(), col("word")};
  }

  /** The first of a node's that appear more often than expected. */
  public List<Near> top(String node, AssociationMeasure measure, int most) {
    List<Near> top = new ArrayList<>();
    List<Row> first =
        scored
            .where(col("node").equalTo(node).and(col("count").gt(col("expected"))))
            .orderBy(by(measure))
            .limit(most)
            .collectAsList();
    for (Row row : first) {
      top.add(near(row));
    }
    return top;
  }

  private Near near(Row row) {
    int node = rules.nodes().indexOf(row.getString(0));
    return new Near(
        row.getString(0),
        row.getString(1),
        row.getLong(2),
        row.getLong(3),
        row.getLong(4),
        row.getLong(5),
        new PairTable(row.getLong(7), ranges.total(FIXED + node), row.getLong(6), places()));
  }

  @Override
  public void close() {
    scored.unpersist();
    ranges.close();
  }

  /** Counts a range. */
  private static final class Counter implements RangeCounter {
    private final SpanRules rules;
    private final SpanCounts counts;

    Counter(SpanRules rules) {
      this(
          rules,
          new SpanCounts(
              rules.nodes().stream().map(node -> node.getBytes(StandardCharsets.UTF_8)).toList(),
              rules.left(),
              rules.right()));
    }

    private Counter(SpanRules rules, SpanCounts counts) {
      this.rules = rules;
      this.counts = counts;
    }

    @Override
    public void startDocument() {
      counts.startDocument();
    }

    @Override
    public void startLine() {
      if (rules.boundary() == SpanRules.SpanBoundary.LINE) {
        counts.startPassage();
      }
    }

    @Override
    public void token(byte[] utf8, int from, int to) {
      counts.token(utf8, from, to);
    }

    @Override
    public long bytes() {
      return counts.bytes();
    }

    @Override
    public RangeCounter next() {
      return new Counter(rules, counts.next());
    }

    @Override
    public void give(Rows rows) {
      long[] nodes = counts.nodePlaces();
      long[] totals = new long[FIXED + nodes.length];
      totals[0] = counts.tokens();
      totals[1] = counts.total();
      System.arraycopy(nodes, 0, totals, FIXED, nodes.length);
      rows.totals(totals);
      counts.give(
          new SpanCounts.Sink() {
            @Override
            public void word(byte[] utf8, long count, long places) {
              rows.row(WORD, utf8, count, places, 0, 0, 0); // nobody asks for its documents
            }

            @Override
            public void pair(
                int node,
                byte[] utf8,
                long left,
                long right,
                long documents,
                long first,
                long last) {
              rows.row(node, utf8, left, right, documents, first, last);
            }
          });
    }
  }
}
