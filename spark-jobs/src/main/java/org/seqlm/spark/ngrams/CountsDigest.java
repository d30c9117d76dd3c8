package org.seqlm.spark.ngrams;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.artifact.VerifiedStream;
import org.seqlm.ngram.count.CountSlice;
import org.seqlm.ngram.count.UnigramCounts;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.ngram.files.NgramFiles;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.text.Hash128;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.VocabularyReader;

/**
 * What counts hold, whatever ids their words have and however they are cut: of each order how many
 * n-grams, how often all together, and the sum modulo 2^128 of the hashes of (tokens, count).
 * Counts with the same digests are the same.
 */
public final class CountsDigest {
  private CountsDigest() {}

  /**
   * Of the n-grams of one order, those with {@code <s>} and {@code </s>} among them.
   *
   * @param order n
   * @param types different n-grams
   * @param total appearances
   * @param digest 32 hexadecimal digits
   */
  public record Order(int order, long types, long total, String digest) {}

  /** Reads all counts once. */
  public static List<Order> of(JavaSparkContext spark, NgramArtifact counts) throws IOException {
    int order = counts.details().order();
    int size = counts.details().vocabularySize();
    long[] hashes = hashes(counts, size);
    Broadcast<long[]> tokens = spark.broadcast(hashes);
    SharedSettings hadoop = new SharedSettings(spark.hadoopConfiguration());
    SliceFiles files = SliceFiles.stored(counts);
    int slices = files.slices().count();
    try {
      long[] sums =
          spark
              .parallelize(IntStream.rangeClosed(0, slices).boxed().toList(), slices + 1)
              .map(
                  part -> {
                    Sums found = new Sums(order, tokens.value());
                    if (part == slices) {
                      found.unigrams(files, size, hadoop.value());
                    } else if (order > 1) {
                      found.slice(files, part, hadoop.value());
                    }
                    return found.sums;
                  })
              .reduce(CountsDigest::sum);
      List<Order> orders = new ArrayList<>();
      for (int n = 1; n <= order; n++) {
        int at = 4 * (n - 1);
        orders.add(
            new Order(
                n,
                sums[at],
                sums[at + 1],
                String.format(Locale.ROOT, "%016x%016x", sums[at + 2], sums[at + 3])));
      }
      return orders;
    } finally {
      tokens.destroy();
    }
  }

  /** The halves of each token's hash, by id; the tokens themselves are read one by one. */
  private static long[] hashes(NgramArtifact counts, int size) throws IOException {
    long[] hashes = new long[2 * size];
    Hash128 hash = new Hash128();
    try (InputStream in = counts.artifact().openVerified(Vocabularies.FILE_NAME)) {
      VocabularyReader words =
          new VocabularyReader(
              counts.details().rules().kind(), in, counts.artifact().shown(Vocabularies.FILE_NAME));
      for (int id = 0; id < size && words.next(); id++) {
        hash.hash(words.token(), 0, words.token().length, 0, 0);
        hashes[2 * id] = hash.high();
        hashes[2 * id + 1] = hash.low();
      }
    } catch (IOException | RuntimeException e) {
      VerifiedStream.throwIfDamaged(e);
      throw e;
    }
    return hashes;
  }

  private static long[] sum(long[] a, long[] b) {
    long[] sum = a.clone();
    for (int at = 0; at < sum.length; at += 4) {
      sum[at] += b[at];
      sum[at + 1] += b[at + 1];
      add(sum, at + 2, b[at + 2], b[at + 3]);
    }
    return sum;
  }

  private static void add(long[] sums, int at, long high, long low) {
    long before = sums[at + 1];
    sums[at + 1] += low;
    sums[at] += high + (Long.compareUnsigned(sums[at + 1], before) < 0 ? 1 : 0);
  }

  /** Of what one task reads: types, total and the digest's halves by order. */
  private static final class Sums {
    private final long[] sums; // (order, 4)
    private final long[] tokens;
    private final Hash128 hash = new Hash128();
    private final byte[] bytes;
    private final ByteBuffer buffer;

    Sums(int order, long[] tokens) {
      this.sums = new long[4 * order];
      this.tokens = tokens;
      this.bytes = new byte[16 * order + 8];
      this.buffer = ByteBuffer.wrap(bytes);
    }

    void unigrams(SliceFiles files, int vocabularySize, Configuration conf) throws IOException {
      try (InputStream in = files.open(NgramFiles.UNIGRAM_COUNTS, conf)) {
        UnigramCounts.Cursor counts = UnigramCounts.cursor(in, vocabularySize);
        while (counts.next()) {
          buffer.clear();
          token(counts.id());
          ngram(1, counts.raw());
        }
      }
    }

    void slice(SliceFiles files, int slice, Configuration conf) throws IOException {
      try (CountSlice counts = files.counts(slice, conf)) {
        contexts(counts);
      } catch (IOException | RuntimeException e) {
        VerifiedStream.throwIfDamaged(e);
        throw e;
      }
    }

    private void contexts(CountSlice counts) throws IOException {
      while (counts.next()) {
        buffer.clear();
        for (int place = counts.length(); place > 0; place--) {
          token(counts.reversed()[place]);
        }
        int context = buffer.position();
        for (int i = 0; i < counts.size(); i++) {
          buffer.position(context);
          token(counts.words()[i]);
          ngram(counts.length() + 1, counts.raw()[i]);
        }
      }
    }

    private void token(int id) {
      buffer.putLong(tokens[2 * id]).putLong(tokens[2 * id + 1]);
    }

    private void ngram(int order, long count) {
      buffer.putLong(count);
      hash.hash(bytes, 0, buffer.position(), order, 0);
      int at = 4 * (order - 1);
      sums[at]++;
      sums[at + 1] += count;
      add(sums, at + 2, hash.high(), hash.low());
    }
  }
}
