package org.seqlm.spark.terms;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.terms.ChiSquareTail;
import org.seqlm.terms.DocumentCounts;
import org.seqlm.terms.KeyTerm;
import org.seqlm.terms.Keyness;
import org.seqlm.terms.KeynessEvidence;
import org.seqlm.terms.KeynessRules;
import org.seqlm.terms.MultipleTests;
import org.seqlm.terms.TokenFilter;
import org.seqlm.text.TextRules;

/**
 * The words of two corpora that are more frequent in one. Words are counted by hash; those that are
 * frequent enough are tested, sorted by G² (then bytes) and corrected for how many they are; of the
 * first some, the documents are looked at in a second reading ({@link KeynessDocuments}). The
 * driver gets these, and the sizes of blocks.
 */
public final class KeynessCounting {
  private KeynessCounting() {}

  /**
   * A corpus.
   *
   * @param tokens of it
   * @param documents that have tokens; 0 where they are not known
   */
  public record Side(long tokens, long documents) {}

  /**
   * What was found.
   *
   * @param target the corpus whose words are looked for
   * @param reference what it is held against
   * @param types words of either
   * @param tested those that are frequent enough, of which each is a test
   * @param terms the candidates, by falling G²
   * @param summaries of reading the target, then the reference; empty where no text was read
   */
  public record Result(
      Side target,
      Side reference,
      long types,
      long tested,
      List<KeyTerm> terms,
      List<org.seqlm.corpus.RangeSummary> summaries) {}

  /**
   * Compares two texts; each is read twice, and at once with the other where that is all records of
   * the same plan's files that it is not.
   *
   * @param seed of the bootstrap
   * @param tasks that sums are cut into; 0 for as many as suit the cluster
   * @throws org.seqlm.UserException with exit code 3 if more is bad than the limits allow
   */
  public static Result ofTexts(
      JavaSparkContext spark,
      TermText target,
      TermText reference,
      TextRules textRules,
      KeynessRules rules,
      long seed,
      int tasks,
      Progress progress) {
    SparkSession session = TermSession.of(spark, tasks);
    Corpora corpora = new Corpora(target, reference);
    try (Corpora.Counted read =
        corpora.read(spark, textRules, (side, range) -> new Counter(), "count", progress)) {
      Dataset<Row> counts =
          rows(session, read.target(), 0).unionAll(rows(session, read.reference(), 1));
      Side[] sides = {side(read.target()), side(read.reference())};
      requireTokens("target", target, sides[0], spark, rules);
      requireTokens("reference", reference, sides[1], spark, rules);
      Tested tested = test(session, counts, sides, rules, rules.minDocuments(), progress);
      List<KeynessEvidence.Found> evidence =
          KeynessDocuments.of(
              spark,
              corpora,
              read,
              textRules,
              tested.words(),
              rules,
              new KeynessEvidence.Draws(rules.replicates(), rules.confidence(), seed),
              tasks,
              progress);
      return tested.result(
          sides, evidence, List.of(read.target().summary(), read.reference().summary()));
    }
  }

  private static Side side(TermRanges ranges) {
    return new Side(ranges.total(0), ranges.documents().total());
  }

  private static void requireTokens(
      String name, TermText text, Side side, JavaSparkContext spark, KeynessRules rules) {
    if (side.tokens() == 0) {
      TermText.FieldIs records = text.records();
      throw UserException.data(
          "the "
              + name
              + " "
              + String.join(" ", text.source().paths())
              + (records == null
                  ? " has no words: give another"
                  : " has no words in records "
                      + (records.taken() == TermText.Taken.WITH_VALUE ? "with " : "without ")
                      + records.field()
                      + "="
                      + records.value()
                      + ": "
                      + FieldValues.told(spark, text, records.field(), rules.minDocuments())));
    }
  }

  /**
   * Compares the words of two counts. What depends on documents is not known: neither intervals nor
   * how words are spread, and {@code min-documents} has no effect.
   */
  public static Result ofCounts(
      JavaSparkContext spark,
      NgramArtifact target,
      NgramArtifact reference,
      KeynessRules rules,
      int tasks,
      Progress progress)
      throws IOException {
    SparkSession session = TermSession.of(spark, tasks);
    Dataset<Row> counts =
        words(session, spark, target, 0).unionAll(words(session, spark, reference, 1));
    Side[] sides = {
      new Side(target.countedWords().tokens(), 0), new Side(reference.countedWords().tokens(), 0)
    };
    return test(session, counts, sides, rules, 0, progress).result(sides, null, List.of());
  }

  private static Dataset<Row> words(
      SparkSession session, JavaSparkContext spark, NgramArtifact counts, int side)
      throws IOException {
    NgramRows rows = new NgramRows(spark, counts);
    return rows.words(session, spark, word -> true)
        .join(rows.unigrams(session, spark), "id")
        .select(lit(side).as("side"), col("word"), col("count"), lit(0L).as("documents"));
  }

  private static Dataset<Row> rows(SparkSession session, TermRanges ranges, int side) {
    return ranges
        .rows(session, List.of("count"))
        .select(lit(side).as("side"), col("word"), col("count"), col("documents"));
  }

  /** Words with their tests. */
  private record Tested(long types, long tests, List<Row> first, double[] p, double rest) {
    List<String> words() {
      return first.stream().map(row -> row.getString(0)).toList();
    }

    Result result(
        Side[] sides,
        List<KeynessEvidence.Found> evidence,
        List<org.seqlm.corpus.RangeSummary> summaries) {
      double[] holm = MultipleTests.holm(p, tests);
      double[] q = MultipleTests.benjaminiHochberg(p, tests, rest);
      List<KeyTerm> terms = new ArrayList<>();
      for (int i = 0; i < first.size(); i++) {
        Row row = first.get(i);
        terms.add(
            new KeyTerm(
                row.getString(0),
                new Keyness(row.getLong(1), row.getLong(2), sides[0].tokens(), sides[1].tokens()),
                evidence == null ? null : new long[] {row.getLong(3), row.getLong(4)},
                holm[i],
                q[i],
                evidence == null ? null : evidence.get(i)));
      }
      return new Result(sides[0], sides[1], types, tests, terms, summaries);
    }
  }

  /** Sorts words by what their tests say. */
  private static Tested test(
      SparkSession session,
      Dataset<Row> counts,
      Side[] sides,
      KeynessRules rules,
      long minDocuments,
      Progress progress) {
    progress.stage("test words", 0, "words");
    Dataset<Row> words =
        counts
            .groupBy("word")
            .agg(
                sum(when(col("side").equalTo(0), col("count")).otherwise(0L)).as("a"),
                sum(when(col("side").equalTo(1), col("count")).otherwise(0L)).as("b"),
                sum(when(col("side").equalTo(0), col("documents")).otherwise(0L)).as("da"),
                sum(when(col("side").equalTo(1), col("documents")).otherwise(0L)).as("db"))
            .persist(StorageLevel.MEMORY_AND_DISK());
    TokenFilter filter = rules.tokens();
    long targetTokens = sides[0].tokens();
    long referenceTokens = sides[1].tokens();
    JavaRDD<Row> tests =
        words
            .where(
                col("a")
                    .plus(col("b"))
                    .geq(rules.minCount())
                    .and(col("da").plus(col("db")).geq(minDocuments)))
            .javaRDD()
            .filter(row -> filter.takes(row.getString(0)))
            .map(
                row ->
                    RowFactory.create(
                        row.get(0),
                        row.get(1),
                        row.get(2),
                        row.get(3),
                        row.get(4),
                        new Keyness(row.getLong(1), row.getLong(2), targetTokens, referenceTokens)
                            .logLikelihoodOfTable()));
    StructType schema =
        new StructType()
            .add("word", DataTypes.StringType, false)
            .add("a", DataTypes.LongType, false)
            .add("b", DataTypes.LongType, false)
            .add("da", DataTypes.LongType, false)
            .add("db", DataTypes.LongType, false)
            .add("g2", DataTypes.DoubleType, false);
    Dataset<Row> sorted =
        session
            .createDataFrame(tests, schema)
            .orderBy(col("g2").desc(), col("word"))
            .persist(StorageLevel.MEMORY_AND_DISK());
    long types = words.count();
    long tested = sorted.count();
    progress.update(tested, "");
    List<Row> first = sorted.limit(rules.candidates()).collectAsList();
    double[] p =
        first.stream().mapToDouble(row -> ChiSquareTail.oneDegree(row.getDouble(5))).toArray();
    double rest = tested > first.size() ? rest(sorted, tested, first.size()) : 1;
    sorted.unpersist();
    words.unpersist();
    return new Tested(types, tested, first, p, rest);
  }

  /** The least step of the tests behind the first ones. */
  private static double rest(Dataset<Row> sorted, long tests, long after) {
    return sorted
        .select("g2")
        .javaRDD()
        .zipWithIndex()
        .filter(one -> one._2() >= after)
        .map(
            one ->
                MultipleTests.step(
                    ChiSquareTail.oneDegree(one._1().getDouble(0)), tests, one._2() + 1))
        .fold(1.0, Math::min);
  }

  /** Counts a range: its tokens, its documents, then its words. */
  private static final class Counter implements RangeCounter {
    private final DocumentCounts counts = new DocumentCounts();

    @Override
    public void startDocument() {
      counts.startDocument();
    }

    @Override
    public void startLine() {
      // Words are counted by document.
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
      return new Counter();
    }

    @Override
    public void give(Rows rows) {
      rows.totals(counts.tokens());
      for (int i = 0; i < counts.size(); i++) {
        rows.row(
            0,
            counts.word(i),
            counts.count(i),
            counts.documents(i),
            counts.firstDocument(i),
            counts.lastDocument(i));
      }
    }
  }
}
