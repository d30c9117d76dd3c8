package org.seqlm.spark.ngrams;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;
import org.seqlm.artifact.VerifiedStream;
import org.seqlm.ngram.count.KeyLayout;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.Slices;
import org.seqlm.ngram.count.StoredWindows;
import org.seqlm.ngram.count.WindowBuffer;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.spark.task.TaskEnd;
import org.seqlm.spark.task.TaskMemory;
import org.seqlm.spark.words.CorpusVocabulary;
import org.seqlm.spark.words.IdMap;
import scala.Tuple2;

/**
 * Counts that were stored, under other ids: their windows are read from their slices, a task each.
 * What they were counted from is not needed.
 */
public final class CountsInput implements NgramInput {
  /** Part of the heap for collecting windows. */
  private static final double COLLECT = 0.3;

  private final JavaSparkContext spark;
  private final List<Part> parts;
  private final CorpusVocabulary words;

  /** Counts, and what their ids become. */
  private record Part(SliceFiles files, long tokens, long windows, IdMap ids) {}

  /**
   * Nothing yet.
   *
   * @param words of the result, for the order of n-grams that appear equally often
   */
  public CountsInput(JavaSparkContext spark, CorpusVocabulary words) {
    this.spark = spark;
    this.parts = new ArrayList<>();
    this.words = words;
  }

  /**
   * Adds counts.
   *
   * @param counts of this release
   * @param ids what those of the counts become
   */
  public CountsInput add(NgramArtifact counts, IdMap ids) throws IOException {
    long windows =
        counts.report().statistics().orders().stream()
            .filter(one -> one.order() == counts.details().order())
            .mapToLong(one -> one.types())
            .sum();
    parts.add(
        new Part(SliceFiles.stored(counts), counts.details().tokens(), Math.max(1, windows), ids));
    return this;
  }

  @Override
  public long tokens() {
    return parts.stream().mapToLong(Part::tokens).sum();
  }

  @Override
  public List<long[]> sample(Passages passages, KeyLayout layout, long wanted) {
    long windows = parts.stream().mapToLong(Part::windows).sum();
    long every = Math.max(1, windows / Math.max(1, wanted));
    List<long[]> keys = new ArrayList<>();
    for (Part part : parts) {
      SharedSettings hadoop = new SharedSettings(spark.hadoopConfiguration());
      SliceFiles files = part.files();
      IdMap ids = part.ids();
      keys.addAll(
          slices(part)
              .flatMap(
                  slice ->
                      some(files, slice, layout, ids.open(hadoop.value()), every, hadoop.value()))
              .collect());
    }
    return keys;
  }

  /** One of so many windows of a slice. */
  private static Iterator<long[]> some(
      SliceFiles files,
      int slice,
      KeyLayout layout,
      IntUnaryOperator ids,
      long every,
      Configuration conf)
      throws IOException {
    List<long[]> keys = new ArrayList<>();
    try (StoredWindows windows = new StoredWindows(files.counts(slice, conf), layout, ids)) {
      for (long number = 0; windows.next(); number++) {
        if (number % every == every / 2) {
          keys.add(windows.key().clone());
        }
      }
    } catch (IOException | RuntimeException e) {
      VerifiedStream.throwIfDamaged(e);
      throw e;
    }
    return keys.iterator();
  }

  private JavaRDD<Integer> slices(Part part) {
    int count = part.files().slices().count();
    return spark.parallelize(IntStream.range(0, count).boxed().toList(), count);
  }

  @Override
  public JavaPairRDD<Integer, byte[]> windows(
      Passages passages, KeyLayout layout, Slices slices, int partitions, LongAccumulator done) {
    JavaPairRDD<Integer, byte[]> all = null;
    for (Part part : parts) {
      SharedSettings hadoop = new SharedSettings(spark.hadoopConfiguration());
      SliceFiles files = part.files();
      IdMap ids = part.ids();
      long each = part.tokens() / files.slices().count();
      JavaPairRDD<Integer, byte[]> windows =
          slices(part)
              .mapPartitionsToPair(
                  numbers -> {
                    int slice = numbers.next();
                    return new Emitter(
                        new StoredWindows(
                            files.counts(slice, hadoop.value()), layout, ids.open(hadoop.value())),
                        WindowBuffer.ofCounts(layout, slices, TaskMemory.share(COLLECT)),
                        () -> done.add(each));
                  });
      all = all == null ? windows : all.union(windows);
    }
    return Shuffles.byNumber(all, slices.count());
  }

  /** Reads as far as is needed to give the next part. */
  private static final class Emitter implements Iterator<Tuple2<Integer, byte[]>> {
    private final StoredWindows windows;
    private final WindowBuffer buffer;
    private final Runnable atEnd;
    private final Deque<Tuple2<Integer, byte[]>> ready = new ArrayDeque<>();
    private boolean finished;

    Emitter(StoredWindows windows, WindowBuffer buffer, Runnable atEnd) {
      this.windows = windows;
      this.buffer = buffer;
      this.atEnd = atEnd;
      TaskEnd.close(windows);
    }

    @Override
    public boolean hasNext() {
      try {
        while (ready.isEmpty() && !finished) {
          if (windows.next()) {
            buffer.add(windows.key(), windows.count(), this::ready);
          } else {
            finished = true;
            buffer.drain(this::ready);
            windows.close();
            atEnd.run();
          }
        }
      } catch (IOException e) {
        VerifiedStream.throwIfDamaged(e);
        throw new UncheckedIOException(e);
      } catch (RuntimeException e) {
        VerifiedStream.throwIfDamaged(e);
        throw e;
      }
      return !ready.isEmpty();
    }

    private void ready(byte[] part, int slice) {
      ready.add(new Tuple2<>(slice, part));
    }

    @Override
    public Tuple2<Integer, byte[]> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ready.poll();
    }
  }

  /** By their tokens, as where they appear is not known. */
  @Override
  public long[] firsts(Passages passages, List<int[]> ngrams) {
    return byTokens(words, ngrams);
  }

  /** The place of each n-gram when they are sorted by their tokens' UTF-8, token by token. */
  static long[] byTokens(CorpusVocabulary words, List<int[]> ngrams) {
    IntFunction<String> tokens =
        words.tokens(ngrams.stream().flatMapToInt(Arrays::stream).distinct().toArray());
    List<byte[]> spelled =
        ngrams.stream()
            .map(
                ids -> {
                  StringBuilder text = new StringBuilder();
                  for (int id : ids) {
                    text.append(tokens.apply(id)).append('\0');
                  }
                  return text.toString().getBytes(StandardCharsets.UTF_8);
                })
            .toList();
    Integer[] order = new Integer[ngrams.size()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparing(spelled::get, Arrays::compareUnsigned));
    long[] places = new long[order.length];
    for (int place = 0; place < order.length; place++) {
      places[order[place]] = place;
    }
    return places;
  }
}
