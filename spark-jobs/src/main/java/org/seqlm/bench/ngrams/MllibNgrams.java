package org.seqlm.bench.ngrams;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_remove;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.split;
import static org.apache.spark.sql.functions.sum;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Counts n-grams with Spark MLlib's {@code NGram} and {@code groupBy}, an order after the other.
 * MLlib is part of Spark's distribution and none of our libraries, so its class is found by name.
 */
public final class MllibNgrams {
  static final String NGRAM = "org.apache.spark.ml.feature.NGram";

  private MllibNgrams() {}

  /**
   * Counts files.
   *
   * @param args the file to write {@link NgramTotals} to, the order, the texts
   */
  public static void main(String[] args) throws IOException, ReflectiveOperationException {
    int order = Integer.parseInt(args[1]);
    String[] files = Arrays.copyOfRange(args, 2, args.length);
    SparkSession session = EmptySession.session();
    try {
      Dataset<Row> lines =
          session
              .read()
              .text(files)
              .select(
                  concat(
                          array(lit("<s>")),
                          array_remove(split(col("value"), "[ \t\r\\x00]"), ""),
                          array(lit("</s>")))
                      .as("words"));
      List<Long> totals = new ArrayList<>();
      List<Long> types = new ArrayList<>();
      for (int n = 1; n <= order; n++) {
        Row sums =
            ngrams(lines, n)
                .select(explode(col("ngrams")).as("ngram"))
                .groupBy("ngram")
                .count()
                .agg(sum("count"), count(lit(1)))
                .first();
        totals.add(sums.getLong(0));
        types.add(sums.getLong(1));
      }
      new NgramTotals(totals, types).write(Path.of(args[0]));
    } finally {
      session.stop();
    }
  }

  @SuppressWarnings("unchecked")
  private static Dataset<Row> ngrams(Dataset<Row> lines, int n)
      throws ReflectiveOperationException {
    Class<?> type = Class.forName(NGRAM);
    Object transformer = type.getConstructor().newInstance();
    type.getMethod("setN", int.class).invoke(transformer, n);
    type.getMethod("setInputCol", String.class).invoke(transformer, "words");
    type.getMethod("setOutputCol", String.class).invoke(transformer, "ngrams");
    return (Dataset<Row>) type.getMethod("transform", Dataset.class).invoke(transformer, lines);
  }
}
