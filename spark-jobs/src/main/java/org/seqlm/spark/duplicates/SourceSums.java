package org.seqlm.spark.duplicates;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.DocumentFields;
import scala.Tuple2;

/** Adds up what each source has, and what of it is there twice. */
final class SourceSums {
  private SourceSums() {}

  /**
   * The shares of the sources, by their names.
   *
   * @param rows of what is there twice
   */
  static List<SourceShare> of(TextPasses text, DocumentPass documents, JavaRDD<long[]> rows) {
    List<CorpusFile> files = text.files();
    TreeSet<String> names = new TreeSet<>();
    files.forEach(file -> names.add(source(file)));
    List<String> sources = List.copyOf(names);
    int[] of =
        IntStream.concat(
                IntStream.generate(() -> -1).limit(text.known().files().size()),
                files.stream().mapToInt(file -> sources.indexOf(source(file))))
            .toArray();
    Broadcast<int[]> sourceOf = text.spark().broadcast(of);
    Map<Integer, long[]> sums = new TreeMap<>();
    JavaRDD<Tuple2<Integer, long[]>> documentSums =
        documents
            .ownRows()
            .mapPartitions(
                part ->
                    sums(
                        part,
                        DocumentPass.FILE,
                        sourceOf.value(),
                        (row, sum) -> {
                          sum[0]++;
                          sum[1] += row[DocumentPass.BYTES];
                          sum[2] += row[DocumentPass.LINES];
                          sum[3] += row[DocumentPass.WORDS];
                        }));
    JavaRDD<Tuple2<Integer, long[]>> foundSums =
        rows.mapPartitions(
            part -> sums(part, DuplicateRow.FILE, sourceOf.value(), new FoundSums()));
    documentSums
        .union(foundSums)
        .mapToPair(sum -> sum)
        .reduceByKey(SourceSums::plus)
        .collect()
        .forEach(sum -> sums.put(sum._1(), sum._2()));
    sourceOf.destroy();
    List<SourceShare> shares = new ArrayList<>();
    sums.forEach(
        (number, s) ->
            shares.add(
                new SourceShare(
                    sources.get(number), s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8])));
    return shares;
  }

  private static String source(CorpusFile file) {
    String source = DocumentFields.source(file);
    return source == null ? "" : source;
  }

  private static long[] plus(long[] one, long[] other) {
    long[] sum = one.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += other[i];
    }
    return sum;
  }

  /** Adds a row to the sums of its source. */
  private interface Adding {
    void add(long[] row, long[] sum);
  }

  private static Iterator<Tuple2<Integer, long[]>> sums(
      Iterator<long[]> rows, int file, int[] sourceOf, Adding adding) {
    Map<Integer, long[]> sums = new HashMap<>();
    while (rows.hasNext()) {
      long[] row = rows.next();
      adding.add(row, sums.computeIfAbsent(sourceOf[(int) row[file]], source -> new long[9]));
    }
    List<Tuple2<Integer, long[]>> pairs = new ArrayList<>();
    sums.forEach((source, sum) -> pairs.add(new Tuple2<>(source, sum)));
    return pairs.iterator();
  }

  /** Words that stand in two spans count once: the spans of a document rise. */
  private static final class FoundSums implements Adding {
    private long document = -1;
    private long end;

    @Override
    public void add(long[] row, long[] sum) {
      switch (Found.Kind.values()[(int) row[Found.KIND]]) {
        case EXACT_DOCUMENT -> {
          sum[4]++;
          sum[6] += row[DuplicateRow.BYTES];
        }
        case NEAR_DOCUMENT -> {
          sum[5]++;
          sum[6] += row[DuplicateRow.BYTES];
        }
        case LINE -> sum[7]++;
        case SPAN -> {
          long from = row[Found.AT];
          long to = from + row[Found.SIZE];
          if (row[Found.DOCUMENT] == document) {
            from = Math.max(from, end);
          }
          document = row[Found.DOCUMENT];
          sum[8] += Math.max(0, to - from);
          end = Math.max(from, to);
        }
      }
    }
  }
}
