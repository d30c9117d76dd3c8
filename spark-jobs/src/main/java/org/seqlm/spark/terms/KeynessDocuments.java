package org.seqlm.spark.terms;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.Progress;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.terms.BlockCounts;
import org.seqlm.terms.KeynessEvidence;
import org.seqlm.terms.KeynessRules;
import org.seqlm.terms.TextBlocks;
import org.seqlm.text.TextRules;
import scala.Tuple2;

/**
 * The second reading of two corpora: counts of the candidates by block of documents and by part of
 * one size, which are dealt to tasks by candidate. A task holds the counts of at most {@link
 * #TOGETHER} of them.
 */
final class KeynessDocuments {
  static final int TOGETHER = 64;

  private KeynessDocuments() {}

  /**
   * Looks at the documents of both.
   *
   * @param counted what the first reading told of them
   * @param words the candidates
   * @return by candidate
   */
  static List<KeynessEvidence.Found> of(
      JavaSparkContext spark,
      Corpora corpora,
      Corpora.Counted counted,
      TextRules textRules,
      List<String> words,
      KeynessRules rules,
      KeynessEvidence.Draws draws,
      int tasks,
      Progress progress) {
    Broadcast<byte[][]> candidates =
        spark.broadcast(
            words.stream()
                .map(word -> word.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new));
    TextBlocks[] blocks = {blocks(counted.target(), rules), blocks(counted.reference(), rules)};
    RangeStart[][] starts = {starts(counted.target()), starts(counted.reference())};
    Broadcast<long[][][]> sizes = null;
    try (Corpora.Counted read =
        corpora.read(
            spark,
            textRules,
            (side, range) -> new Counter(candidates.value(), blocks[side], starts[side][range]),
            "documents of",
            progress)) {
      long[][] blockSizes = {
        sizes(read.target(), words.size(), blocks[0]),
        sizes(read.reference(), words.size(), blocks[1])
      };
      progress.stage("draw documents", words.size(), "words");
      JavaPairRDD<Integer, long[]> counts =
          pairs(read.target(), 0, words.size()).union(pairs(read.reference(), 1, words.size()));
      int partitions =
          Math.max(
              1 + words.size() / TOGETHER,
              Math.min(words.size(), tasks > 0 ? tasks : 4 * spark.defaultParallelism()));
      sizes = spark.broadcast(new long[][][] {blockSizes, {parts(blocks[0]), parts(blocks[1])}});
      Broadcast<long[][][]> given = sizes;
      List<Tuple2<Integer, double[]>> found =
          Shuffles.light(
                  counts.partitionBy(Shuffles.by((Integer word) -> word % partitions, partitions)))
              .mapPartitionsToPair(part -> evidence(part, given.value(), draws))
              .collect();
      KeynessEvidence.Found[] all = new KeynessEvidence.Found[words.size()];
      found.forEach(one -> all[one._1()] = unpacked(one._2()));
      progress.update(words.size(), "");
      return List.of(all);
    } finally {
      candidates.destroy();
      if (sizes != null) {
        sizes.destroy();
      }
    }
  }

  private static TextBlocks blocks(TermRanges ranges, KeynessRules rules) {
    return new TextBlocks(
        ranges.documents().total(), rules.mostBlocks(), ranges.total(0), rules.parts());
  }

  /** Where a range begins: the number of its first document with tokens, and its first token. */
  record RangeStart(long document, long token) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  static RangeStart[] starts(TermRanges ranges) {
    RangeStart[] starts = new RangeStart[ranges.ranges()];
    long tokens = 0;
    for (int stretch = 0; stretch < ranges.sums().size(); stretch++) {
      RangeCounts sum = ranges.sums().get(stretch);
      if (sum.part == 0) {
        starts[sum.index] = new RangeStart(ranges.documents().first(stretch), tokens);
      }
      tokens += sum.totals[0];
    }
    return starts;
  }

  /** Counts of words by candidate, each behind its side. */
  static JavaPairRDD<Integer, long[]> pairs(TermRanges ranges, int side, int words) {
    return ranges
        .counted()
        .flatMapToPair(
            range -> {
              List<Tuple2<Integer, long[]>> all = new ArrayList<>();
              for (int i = 0; i < range.size; i++) {
                if (range.kinds[i] < words) {
                  long[] figures = range.figures[i];
                  long[] sided = new long[figures.length + 1];
                  sided[0] = side;
                  System.arraycopy(figures, 0, sided, 1, figures.length);
                  all.add(new Tuple2<>(range.kinds[i], sided));
                }
              }
              return all.iterator();
            });
  }

  /** Tokens of each block. */
  static long[] sizes(TermRanges ranges, int words, TextBlocks blocks) {
    return Shuffles.inTree(
        ranges
            .counted()
            .map(
                range -> {
                  long[] sizes = new long[blocks.blocks()];
                  for (int i = 0; i < range.size; i++) {
                    if (range.kinds[i] == words) {
                      add(range.figures[i], 0, sizes, new long[blocks.parts()]);
                    }
                  }
                  return sizes;
                }),
        new long[0],
        (a, b) -> {
          if (a.length == 0 || b.length == 0) {
            return a.length == 0 ? b : a;
          }
          long[] sum = a.clone();
          for (int i = 0; i < sum.length; i++) {
            sum[i] += b[i];
          }
          return sum;
        });
  }

  static long[] parts(TextBlocks blocks) {
    long[] sizes = new long[blocks.parts()];
    for (int part = 0; part < sizes.length; part++) {
      sizes[part] = blocks.size(part);
    }
    return sizes;
  }

  static void add(long[] pairs, int from, long[] blocks, long[] parts) {
    for (int i = from; i < pairs.length; i += 2) {
      int number = (int) pairs[i];
      if (number >= 0) {
        blocks[number] += pairs[i + 1];
      } else {
        parts[-1 - number] += pairs[i + 1];
      }
    }
  }

  /** The evidence of a task's candidates, one after the other. */
  private static Iterator<Tuple2<Integer, double[]>> evidence(
      Iterator<Tuple2<Integer, long[]>> part, long[][][] sizes, KeynessEvidence.Draws draws) {
    int[] lengths = {
      sizes[0][0].length, sizes[0][1].length, sizes[1][0].length, sizes[1][1].length
    };
    Map<Integer, long[][]> byWord = new TreeMap<>(); // blocks of both sides, then parts
    while (part.hasNext()) {
      Tuple2<Integer, long[]> one = part.next();
      long[][] sums =
          byWord.computeIfAbsent(
              one._1(),
              word -> Arrays.stream(lengths).mapToObj(long[]::new).toArray(long[][]::new));
      int side = (int) one._2()[0];
      add(one._2(), 1, sums[side], sums[2 + side]);
    }
    KeynessEvidence evidence = new KeynessEvidence(sizes[0], sizes[1], draws);
    return byWord.entrySet().stream()
        .map(
            word -> {
              long[][] sums = word.getValue();
              return new Tuple2<>(
                  word.getKey(),
                  packed(
                      evidence.of(
                          new long[][] {sums[0], sums[1]}, new long[][] {sums[2], sums[3]})));
            })
        .iterator();
  }

  private static double[] packed(KeynessEvidence.Found found) {
    boolean known = found.logRatio() != null;
    return new double[] {
      known ? found.logRatio().low() : Double.NaN,
      known ? found.logRatio().high() : Double.NaN,
      found.spread()[0].normalisedDp(),
      found.spread()[0].juillandD(),
      found.spread()[1].normalisedDp(),
      found.spread()[1].juillandD()
    };
  }

  private static KeynessEvidence.Found unpacked(double[] figures) {
    return new KeynessEvidence.Found(
        Double.isNaN(figures[0])
            ? null
            : new org.seqlm.terms.DocumentBootstrap.Interval(figures[0], figures[1]),
        new KeynessEvidence.Spread[] {
          new KeynessEvidence.Spread(figures[2], figures[3]),
          new KeynessEvidence.Spread(figures[4], figures[5])
        });
  }

  /** Counts the candidates of a range. */
  static final class Counter implements RangeCounter {
    private final int words;
    private final BlockCounts counts;

    Counter(byte[][] words, TextBlocks blocks, RangeStart start) {
      this.words = words.length;
      this.counts = new BlockCounts(List.of(words), blocks, start.document(), start.token());
    }

    private Counter(int words, BlockCounts counts) {
      this.words = words;
      this.counts = counts;
    }

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
    public void give(Rows rows) {
      rows.totals();
      for (int word = 0; word <= words; word++) {
        long[] pairs = counts.counts(word);
        if (pairs != null) {
          rows.row(word, null, pairs);
        }
      }
    }

    @Override
    public RangeCounter next() {
      return new Counter(words, counts.next());
    }
  }
}
