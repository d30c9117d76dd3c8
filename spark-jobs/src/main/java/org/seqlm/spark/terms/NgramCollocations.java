package org.seqlm.spark.terms;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
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
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.terms.Association;
import org.seqlm.terms.AssociationMeasure;
import org.seqlm.terms.Collocation;
import org.seqlm.terms.CollocationRules;
import org.seqlm.terms.TokenFilter;

/**
 * Collocations of counted n-grams. The counts are read three times, slice by slice, and no text is:
 * windows are added up; the parts of all n-grams are counted in their places, by hash; frequent
 * n-grams get their words, and the counts of their parts, by joins. All sums are of whole numbers.
 */
public final class NgramCollocations implements AutoCloseable {
  private final CollocationRules rules;
  private final long[] totals;
  private final Dataset<Row> scored;

  private NgramCollocations(CollocationRules rules, long[] totals, Dataset<Row> scored) {
    this.rules = rules;
    this.totals = totals;
    this.scored = scored;
  }

  /**
   * Begins.
   *
   * @param counts of this release, of the rules' order or above
   * @param tasks that joins are cut into; 0 for as many as suit the cluster
   */
  public static NgramCollocations of(
      JavaSparkContext spark,
      NgramArtifact counts,
      CollocationRules rules,
      int tasks,
      Progress progress)
      throws IOException {
    int order = rules.order();
    SparkSession session = TermSession.of(spark, tasks);
    NgramRows ngrams = new NgramRows(spark, counts);
    progress.stage("add up windows", 0, "n-grams");
    long[] totals = ngrams.totals(spark, order, rules.minCount());
    progress.update(totals[1], "");
    progress.stage("score collocations", totals[2], "n-grams");
    Dataset<Row> candidates =
        withWords(session, spark, ngrams, order, rules).persist(StorageLevel.MEMORY_AND_DISK());
    Slots slots = new Slots(order, rules.nullModel());
    Column[] keys = columns(slots.names());
    Dataset<Row> marginals =
        ngrams
            .parts(session, spark, order, rules.nullModel())
            .groupBy(keys)
            .agg(sum("part").as("marginal"));
    Dataset<Row> asked = asked(session, candidates, slots, order);
    Column[] ids = columns(NgramRows.names("w", order));
    Column[] found = new Column[slots.count()];
    for (int slot = 0; slot < found.length; slot++) {
      found[slot] = max(when(col("slot").equalTo(slot), col("marginal"))).as("m" + slot);
    }
    Dataset<Row> whole =
        asked
            .join(
                marginals,
                scala.collection.JavaConverters.asScalaBuffer(List.of(slots.names())).toSeq())
            .groupBy(ids)
            .agg(found[0], Arrays.copyOfRange(found, 1, found.length));
    Dataset<Row> joined =
        candidates.join(
            whole,
            scala.collection.JavaConverters.asScalaBuffer(List.of(NgramRows.names("w", order)))
                .toSeq());
    Dataset<Row> scored =
        scored(session, joined, rules, totals[0]).persist(StorageLevel.MEMORY_AND_DISK());
    long kept = scored.count();
    candidates.unpersist();
    progress.update(totals[2], "");
    return new NgramCollocations(rules, new long[] {totals[0], totals[1], totals[2], kept}, scored);
  }

  /** Frequent n-grams whose words may be. */
  private static Dataset<Row> withWords(
      SparkSession session,
      JavaSparkContext spark,
      NgramRows ngrams,
      int order,
      CollocationRules rules) {
    TokenFilter filter = rules.tokens();
    Dataset<Row> words = ngrams.words(session, spark, filter::takes);
    Dataset<Row> all = ngrams.frequent(session, spark, order, rules.minCount());
    for (int i = 0; i < order; i++) {
      Dataset<Row> named = words.select(col("id").as("w" + i), col("word").as("word" + (i + 1)));
      all = all.join(named, "w" + i);
    }
    return all;
  }

  /** A row for each part of each candidate. */
  private static Dataset<Row> asked(
      SparkSession session, Dataset<Row> candidates, Slots slots, int order) {
    JavaRDD<Row> rows =
        candidates
            .select(columns(NgramRows.names("w", order)))
            .javaRDD()
            .flatMap(
                row -> {
                  int[] ngram = new int[order];
                  Object[] ids = new Object[order];
                  for (int i = 0; i < order; i++) {
                    ngram[i] = row.getInt(i);
                    ids[i] = ngram[i];
                  }
                  List<Row> parts = new ArrayList<>();
                  for (int slot = 0; slot < slots.count(); slot++) {
                    parts.add(slots.row(slot, ngram, ids));
                  }
                  return parts.iterator();
                });
    StructType schema = slots.schema();
    for (String id : NgramRows.names("w", order)) {
      schema = schema.add(id, DataTypes.IntegerType, false);
    }
    return session.createDataFrame(rows, schema);
  }

  private static Dataset<Row> scored(
      SparkSession session, Dataset<Row> joined, CollocationRules rules, long total) {
    int order = rules.order();
    int marginals = rules.marginals();
    List<Column> wanted = new ArrayList<>();
    for (int i = 1; i <= order; i++) {
      wanted.add(col("word" + i));
    }
    wanted.add(col("count"));
    for (int slot = 0; slot < marginals; slot++) {
      wanted.add(col("m" + slot));
    }
    JavaRDD<Row> rows =
        joined
            .select(wanted.toArray(Column[]::new))
            .javaRDD()
            .map(
                row -> {
                  long[] counts = new long[marginals];
                  Object[] values = new Object[order + marginals + 2 + measures().length];
                  for (int i = 0; i < order + 1 + marginals; i++) {
                    values[i] = row.get(i);
                    if (i > order) {
                      counts[i - order - 1] = row.getLong(i);
                    }
                  }
                  Association association = rules.nullModel().of(row.getLong(order), counts, total);
                  int at = order + 1 + marginals;
                  values[at++] = association.expected();
                  for (AssociationMeasure measure : measures()) {
                    values[at++] = measure.of(association);
                  }
                  return RowFactory.create(values);
                });
    return session.createDataFrame(rows, schema(order, marginals));
  }

  private static AssociationMeasure[] measures() {
    return AssociationMeasure.values();
  }

  private static StructType schema(int order, int marginals) {
    StructType schema = new StructType();
    for (int i = 1; i <= order; i++) {
      schema = schema.add("word" + i, DataTypes.StringType, false);
    }
    schema = schema.add("count", DataTypes.LongType, false);
    for (int i = 0; i < marginals; i++) {
      schema = schema.add("m" + i, DataTypes.LongType, false);
    }
    schema = schema.add("expected", DataTypes.DoubleType, false);
    for (AssociationMeasure measure : measures()) {
      schema = schema.add(measure.column(), DataTypes.DoubleType, false);
    }
    return schema;
  }

  private static Column[] columns(String[] names) {
    return Arrays.stream(names).map(org.apache.spark.sql.functions::col).toArray(Column[]::new);
  }

  /** N, the windows that have as many words. */
  public long windows() {
    return totals[0];
  }

  /** Different n-grams. */
  public long types() {
    return totals[1];
  }

  /** Of them, those that are frequent enough. */
  public long frequent() {
    return totals[2];
  }

  /** Of them, those whose words may be: what {@link #rows} has. */
  public long candidates() {
    return totals[3];
  }

  /**
   * All candidates in any order: {@code word1}, ..., {@code count}, the counts of the null model's
   * parts {@code m0}, ..., {@code expected}, and a column each measure.
   */
  public Dataset<Row> rows() {
    return scored;
  }

  /** All candidates by falling measure, then by their words' bytes. */
  public Dataset<Row> ranked(AssociationMeasure measure) {
    List<Column> by = new ArrayList<>(List.of(col(measure.column()).desc()));
    for (int i = 1; i <= rules.order(); i++) {
      by.add(col("word" + i)); // as UTF-8
    }
    return scored.orderBy(by.toArray(Column[]::new));
  }

  /** The first of those that appear more often than expected. */
  public List<Collocation> top(AssociationMeasure measure, int most) {
    List<Collocation> top = new ArrayList<>();
    Dataset<Row> first = ranked(measure).where(col("count").gt(col("expected"))).limit(most);
    for (Row row : first.collectAsList()) {
      top.add(collocation(row));
    }
    return top;
  }

  /** A row of {@link #rows} as it was scored. */
  public Collocation collocation(Row row) {
    int order = rules.order();
    long[] marginals =
        IntStream.range(0, rules.marginals()).mapToLong(i -> row.getLong(order + 1 + i)).toArray();
    return new Collocation(
        IntStream.range(0, order).mapToObj(row::getString).toList(),
        rules.nullModel().of(row.getLong(order), marginals, windows()));
  }

  @Override
  public void close() {
    scored.unpersist();
  }
}
