package org.seqlm.bench.ngrams;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringTokenizer;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/** Counts n-grams as Spark's own word count counts words: a string each, and reduceByKey. */
public final class ReduceByKeyNgrams {
  private ReduceByKeyNgrams() {}

  /**
   * Counts files.
   *
   * @param args the file to write {@link NgramTotals} to, the order, the texts
   */
  public static void main(String[] args) throws IOException {
    int order = Integer.parseInt(args[1]);
    String files = String.join(",", Arrays.asList(args).subList(2, args.length));
    SparkSession session = EmptySession.session();
    try {
      JavaPairRDD<String, Integer> counts =
          JavaSparkContext.fromSparkContext(session.sparkContext())
              .textFile(files)
              .flatMap(line -> ngrams(line, order).iterator())
              .mapToPair(ngram -> new Tuple2<>(ngram, 1))
              .reduceByKey(Integer::sum);
      // (2, order): totals, then types
      long[] sums =
          counts.aggregate(
              new long[2 * order],
              (into, counted) -> {
                int n = (int) counted._1().chars().filter(c -> c == ' ').count();
                into[n] += counted._2();
                into[order + n]++;
                return into;
              },
              (into, from) -> {
                Arrays.setAll(into, i -> into[i] + from[i]);
                return into;
              });
      new NgramTotals(
              Arrays.stream(sums, 0, order).boxed().toList(),
              Arrays.stream(sums, order, 2 * order).boxed().toList())
          .write(Path.of(args[0]));
    } finally {
      session.stop();
    }
  }

  private static List<String> ngrams(String line, int order) {
    List<String> words = new ArrayList<>();
    words.add("<s>");
    StringTokenizer tokens = new StringTokenizer(line, " \t\r\0");
    while (tokens.hasMoreTokens()) {
      words.add(tokens.nextToken());
    }
    words.add("</s>");
    List<String> ngrams = new ArrayList<>(order * words.size());
    for (int i = 0; i < words.size(); i++) {
      StringBuilder ngram = new StringBuilder();
      for (int n = 0; n < order && i + n < words.size(); n++) {
        ngrams.add(ngram.append(n == 0 ? "" : " ").append(words.get(i + n)).toString());
      }
    }
    return ngrams;
  }
}
