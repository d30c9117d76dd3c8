package org.seqlm.bench.ngrams;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.seqlm.Problems;
import org.seqlm.neural.KeyedRandom;

/**
 * A text of any size whose words and n-grams are as frequent, and new ones as rare, as in natural
 * language; the same for a seed wherever it is made, and a text is the beginning of every longer
 * one.
 *
 * <p>Words: frequency falls with rank r as 1/r up to a rank b and faster, as a power too, beyond
 * (the double power law of Gerlach and Altmann 2013), so that types grow as tokens^β (Heaps' law).
 *
 * <p>N-grams: a word follows the two before it as in the hierarchical Pitman–Yor process (Teh
 * 2006), but with no memory of what was generated: the k-th most usual follower of a context is
 * what a hash of (context, k) draws from the shorter context, and P(k ≥ x) = x^(−d). With some
 * probability a context is passed over.
 *
 * @param tokens words in all
 * @param heaps β, 0.4 to 0.75
 * @param seed decides all of it
 */
public record GeneratedText(long tokens, double heaps, long seed) {
  /** Words of a file, the last one's excepted: some 50 MB. */
  static final long SHARD = 10_000_000;

  /** What a generated text is made of, by rank, 1 and up. */
  interface Sink {
    void word(long rank) throws IOException;

    void endLine() throws IOException;
  }

  // Chosen so that types of orders 2 to 5 at 1, 5 and 13.8 M tokens are near those of 100 English
  // novels: 0.32, 0.22, 0.17 of the bigrams (novels: 0.32, 0.21, 0.15), 0.72, 0.60, 0.52 of the
  // trigrams (0.73, 0.61, 0.53), 0.94, 0.88, 0.83 of order 4 (0.94, 0.89, 0.84).
  private static final double CORE = 1200;
  private static final double WITH_TWO = 0.15;
  private static final double WITH_ONE = 0.9;
  private static final double TWO = 0.5;
  private static final double ONE = 0.22;

  private static final int SHORTEST_LINE = 4;
  private static final int LONGEST_LINE = 32;
  private static final long MOST = 1L << 60;
  private static final String CONSONANTS = "bcdfghjklmnpqrstvwyz";
  private static final String VOWELS = "aeiou";
  private static final String CODAS = "nrstl";
  private static final long SHORT_WORDS = 30;

  public GeneratedText {
    new Problems().atLeast("tokens", tokens, 1).inRange("heaps", heaps, 0.4, 0.75).throwIfAny();
  }

  /** The number of files. */
  int shards() {
    return (int) ((tokens + SHARD - 1) / SHARD);
  }

  private long tokens(int shard) {
    return Math.min(SHARD, tokens - shard * SHARD);
  }

  /**
   * Writes the text into a folder, as many files at once as there are processors; a file that is
   * there already is taken as it is.
   *
   * @return the files in order
   */
  public List<Path> write(Path folder) throws IOException {
    Files.createDirectories(folder);
    ExecutorService threads = Executors.newFixedThreadPool(processors());
    try {
      List<Future<Path>> written = new ArrayList<>();
      for (int shard = 0; shard < shards(); shard++) {
        int number = shard;
        written.add(threads.submit(() -> write(folder, number)));
      }
      List<Path> files = new ArrayList<>();
      for (Future<Path> file : written) {
        files.add(file.get());
      }
      return files;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IOException("the text cannot be written to " + folder, e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private static int processors() {
    return Math.min(8, Runtime.getRuntime().availableProcessors());
  }

  private Path write(Path folder, int shard) throws IOException {
    Path file =
        folder.resolve(
            String.format(
                Locale.ROOT, "text-%d-%s-%05d-%d.txt", seed, heaps, shard, tokens(shard)));
    if (!Files.exists(file)) {
      Path half = folder.resolve(file.getFileName() + ".half");
      try (OutputStream out = Files.newOutputStream(half)) {
        write(shard, out);
      }
      Files.move(half, file);
    }
    return file;
  }

  /** Writes a shard: words of letters with a space between them, a line feed after each line. */
  void write(int shard, OutputStream out) throws IOException {
    Spelled spelled = new Spelled(out);
    generate(shard, spelled);
    spelled.flush();
  }

  /** Generates a shard. */
  void generate(int shard, Sink sink) throws IOException {
    KeyedRandom words = KeyedRandom.of(seed, "generated words", shard);
    KeyedRandom lines = KeyedRandom.of(seed, "generated lines", shard);
    // Followers are the same in all shards.
    long key = KeyedRandom.of(seed, "generated followers").bits(0);
    Ranks ranks = new Ranks(heaps);
    Power two = new Power(1 / TWO);
    Power one = new Power(1 / ONE);
    long left = tokens(shard);
    long drawn = 0;
    for (long line = 0; left > 0; line++) {
      long length =
          SHORTEST_LINE + (long) (lines.uniform(line) * (LONGEST_LINE - SHORTEST_LINE + 1));
      long before = 0;
      long last = 0;
      for (long i = 0; i < Math.min(length, left); i++) {
        long draw = words.bits(drawn++);
        if (chance(draw) < WITH_TWO) {
          long context = mix(key + before * 0x9e3779b97f4a7c15L) + last;
          draw = mix(mix(context) + nth(two, draw));
        }
        if (chance(draw) < WITH_ONE) {
          draw = mix(mix(key ^ last) + nth(one, draw));
        }
        before = last;
        last = ranks.of(uniform(draw));
        sink.word(last);
      }
      sink.endLine();
      left -= Math.min(length, left);
    }
  }

  /** Which of a context's followers, 1 and up. */
  private static long nth(Power power, long draw) {
    return (long) Math.min(MOST, power.of(uniform(draw)));
  }

  /** The bits of a draw that {@link #uniform} does not use, in [0, 1). */
  private static double chance(long draw) {
    return (draw & 0xffff) * 0x1p-16;
  }

  /** Of the upper 48 bits of a draw, in (0, 1). */
  private static double uniform(long draw) {
    return ((draw >>> 16) + 0.5) * 0x1p-48;
  }

  private static long mix(long z) {
    long y = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    y = (y ^ (y >>> 27)) * 0x94d049bb133111ebL;
    return y ^ (y >>> 31);
  }

  /** t^(−k) for 0 < t < 1 from tables: fast, and the same on every machine. */
  private static final class Power {
    private static final int STEPS = 1 << 12;

    // (exponent): 2^(k·exponent)
    private final double[] whole = new double[64];
    // (step): (1 + step/STEPS)^(−k)
    private final double[] part = new double[STEPS + 1];

    Power(double k) {
      for (int e = 0; e < whole.length; e++) {
        whole[e] = StrictMath.pow(2, k * e);
      }
      for (int s = 0; s <= STEPS; s++) {
        part[s] = StrictMath.pow(1 + (double) s / STEPS, -k);
      }
    }

    double of(double t) {
      long bits = Double.doubleToRawLongBits(t);
      int exponent = 1023 - (int) (bits >>> 52);
      int step = (int) (bits >>> 40) & STEPS - 1;
      double rest = (bits & (1L << 40) - 1) * 0x1p-40;
      return whole[exponent] * (part[step] + rest * (part[step + 1] - part[step]));
    }
  }

  /** Ranks of words by their frequency: the inverse of its sum. */
  private static final class Ranks {
    private final double core;
    private final Power tail;
    // Of the frequent words: (b + 1)^v is 2^(v·log2(b + 1)).
    private final Power two = new Power(1);
    private final double log;

    Ranks(double heaps) {
      // Followers seen before bring no new words: measured from 1 to 25 M tokens, types grow by
      // less than the exponent of independent draws.
      double independent = 1.08 * heaps + 0.033;
      double decay = 1 / independent - 1;
      double natural = StrictMath.log(CORE + 1);
      core = natural / (natural + 1 / decay);
      log = natural / StrictMath.log(2);
      tail = new Power(1 / decay);
    }

    long of(double u) {
      if (u >= core) {
        double t = (1 - u) / (1 - core);
        return (long) Math.min(MOST, (CORE + 1) * tail.of(Math.min(t, 1 - 0x1p-53)));
      }
      double exponent = u / core * log;
      int whole = (int) exponent;
      // 2^x for 0 ≤ x < 1, from the logarithm's table turned around.
      return (long) (two.whole[whole] * Exponential.of(exponent - whole));
    }
  }

  /** 2^x for 0 ≤ x < 1 from a table. */
  private static final class Exponential {
    private static final int STEPS = 1 << 12;
    // (step): 2^(step/STEPS)
    private static final double[] TABLE = new double[STEPS + 1];

    static {
      for (int s = 0; s <= STEPS; s++) {
        TABLE[s] = StrictMath.pow(2, (double) s / STEPS);
      }
    }

    static double of(double x) {
      int step = (int) (x * STEPS);
      return TABLE[step] + (x * STEPS - step) * (TABLE[step + 1] - TABLE[step]);
    }
  }

  /** Spells ranks: 100 syllables are the digits. */
  private static final class Spelled implements Sink {
    private final OutputStream out;
    private final byte[] buffer = new byte[1 << 16];
    private int used;
    private boolean inLine;

    Spelled(OutputStream out) {
      this.out = out;
    }

    @Override
    public void word(long rank) throws IOException {
      if (used > buffer.length - 64) {
        flush();
      }
      if (inLine) {
        buffer[used++] = ' ';
      }
      for (long left = rank; left > 0; left = (left - 1) / 100) {
        int syllable = (int) ((left - 1) % 100);
        buffer[used++] = (byte) CONSONANTS.charAt(syllable / 5);
        buffer[used++] = (byte) VOWELS.charAt(syllable % 5);
      }
      if (rank > SHORT_WORDS) {
        // Syllables are two letters, so it is no other word's ending.
        buffer[used++] = (byte) CODAS.charAt((int) (rank % CODAS.length()));
      }
      inLine = true;
    }

    @Override
    public void endLine() {
      buffer[used++] = '\n';
      inLine = false;
    }

    void flush() throws IOException {
      out.write(buffer, 0, used);
      used = 0;
    }
  }
}
