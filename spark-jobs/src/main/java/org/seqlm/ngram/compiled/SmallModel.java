package org.seqlm.ngram.compiled;

import org.seqlm.store.MappedFile;

/**
 * The layout {@link Layout#SMALL}: a trie of n-grams read backwards, a {@link PackedOrder} an
 * order, as KenLM's trie (Heafield 2011, section 3.2). Unigrams stand by id with 13 bytes each:
 * log10 p ({@link StoredLog}), log10 γ, and where the bigrams that end in the word are. The words
 * of a block are looked for side by side: all binary searches take their first step, then their
 * second, and so on, so that no step waits for another word's.
 *
 * @see SmallWriter
 */
final class SmallModel extends CompiledModel {
  static final String UNIGRAMS = "unigrams";
  static final String MEANS = "-means";
  static final int UNIGRAM_BYTES = 13;
  static final int POINTER_BITS = 40;

  /**
   * Jumps and samples of a level. Few of them stay in a processor's caches, at some bits more a
   * record; who has values quantised wants it small.
   */
  private static final int FEW_JUMPS = 1 << 10;

  private static final int MOST_JUMPS = 1 << 22;
  private static final int FEW_SAMPLES = 10;
  private static final int MOST_SAMPLES = 7;

  private final MappedFile file;
  private final long unigrams;
  private final PackedOrder[] levels; // by order - 2
  private final long[] means; // of quantised values, by order - 2
  private final int quantized;
  private final WordKeys keys;

  SmallModel(CompiledFile compiled) {
    super(compiled);
    CompiledHeader header = compiled.header();
    file = compiled.bytes();
    unigrams = header.section(UNIGRAMS).offset();
    quantized = header.quantized();
    keys = new WordKeys(header.vocabulary().size());
    levels = new PackedOrder[header.order() - 1];
    means = new long[header.order() - 1];
    for (int n = 2; n <= header.order(); n++) {
      levels[n - 2] =
          new PackedOrder(
              compiled,
              level(n),
              widths(header, n),
              header.entries().get(n - 1),
              n == header.order());
      means[n - 2] = quantized == 0 ? 0 : header.section(level(n) + MEANS).offset();
    }
  }

  static String level(int n) {
    return n + "-grams";
  }

  private static PackedOrder.Widths widths(CompiledHeader header, int n) {
    return widths(
        header.vocabulary().size(),
        header.quantized(),
        header.entries().get(n - 1),
        n == header.order() ? -1 : header.entries().get(n));
  }

  /**
   * Bits of the records of a level.
   *
   * @param children records of the next level; -1 of the highest
   */
  static PackedOrder.Widths widths(int vocabulary, int quantized, long records, long children) {
    return new PackedOrder.Widths(
        new WordKeys(vocabulary).bits(),
        quantized == 0 ? 31 : quantized,
        children < 0 ? 0 : quantized == 0 ? 32 : quantized,
        children < 0
            ? 0
            : PackedWriter.pointerBits(records, children, quantized == 0 ? FEW_JUMPS : MOST_JUMPS),
        quantized == 0 ? FEW_SAMPLES : MOST_SAMPLES);
  }

  @Override
  Matcher matcher() {
    return new SmallMatcher();
  }

  private final class SmallMatcher extends Matcher {
    // Of the words that still match.
    private final int[] active = new int[BLOCK]; // their places
    private final long[] begins = new long[BLOCK]; // where each is looked for, in the next level
    private final long[] sizes = new long[BLOCK]; // and in how many records
    private final int[] wants = new int[BLOCK]; // the number of the word that is looked for
    private final long[] found = new long[BLOCK]; // the record that may be it
    private final int[] read = new int[BLOCK]; // the number there

    SmallMatcher() {
      super(SmallModel.this.order());
    }

    @Override
    void match(int from, int to) {
      int count = 0;
      for (int place = from; place < to; place++) {
        int word = words[place];
        long at = unigrams + (long) UNIGRAM_BYTES * word;
        int bits = file.getInt(at);
        longest[place] = 1;
        logProbabilities[place] = StoredLog.logProbability(bits);
        orders[place] = (byte) (StoredLog.isReal(bits) ? 1 : 0);
        if (order > 1) {
          backoffs[0][place] = file.getFloat(at + 4);
          if (StoredLog.begins(bits) && limits[place] > 1) {
            active[count] = place;
            begins[count] = pointer(at);
            sizes[count] = pointer(at + UNIGRAM_BYTES) - begins[count];
            // Pruning may have left a word that begins none.
            count += sizes[count] > 0 ? 1 : 0;
          }
        }
      }
      for (int n = 2; n <= order && count > 0; n++) {
        search(n, count);
        count = take(n, count);
      }
    }

    private long pointer(long unigram) {
      return file.getLong(unigram + 8) & (1L << POINTER_BITS) - 1;
    }

    /**
     * Finds where each word is, or would be. Numbers of words are spread evenly over a range: the
     * first guess is where a word would be if they were so exactly, the second the same from there,
     * and the rest are steps. No guess waits for another word's.
     */
    private void search(int n, int count) {
      PackedOrder level = levels[n - 2];
      int bits = keys.bits();
      for (int i = 0; i < count; i++) {
        int wanted = keys.key(words[active[i] - n + 1]);
        long guess = begins[i] + (wanted * sizes[i] >>> bits);
        wants[i] = wanted;
        found[i] = guess;
        read[i] = level.word(guess);
      }
      for (int i = 0; i < count; i++) {
        long begin = begins[i];
        long guess = found[i] + ((wants[i] - (long) read[i]) * sizes[i] >> bits);
        guess = Math.max(begin, Math.min(guess, begin + sizes[i] - 1));
        found[i] = guess;
        read[i] = level.word(guess);
      }
      for (int i = 0; i < count; i++) {
        int wanted = wants[i];
        int there = read[i];
        long at = found[i];
        long end = begins[i] + sizes[i];
        while (there < wanted && ++at < end) {
          there = level.word(at);
        }
        while (there > wanted && --at >= begins[i]) {
          there = level.word(at);
        }
        found[i] = at;
        read[i] = there;
      }
    }

    /** Takes what was found; gives how many words go on. */
    private int take(int n, int count) {
      PackedOrder level = levels[n - 2];
      int left = 0;
      for (int i = 0; i < count; i++) {
        int place = active[i];
        long record = found[i];
        if (read[i] != wants[i]) {
          continue;
        }
        longest[place] = n;
        float logProbability = logProbability(n, level, record);
        if (!Float.isNaN(logProbability)) {
          logProbabilities[place] = logProbability;
          orders[place] = (byte) n;
        }
        if (n == order) {
          continue;
        }
        backoffs[n - 1][place] = logBackoff(n, level, record);
        if (limits[place] > n) {
          long high = level.high(record);
          long begin = level.begin(record, high);
          long end = level.end(record, high);
          if (begin < end) {
            active[left] = place;
            begins[left] = begin;
            sizes[left] = end - begin;
            left++;
          }
        }
      }
      return left;
    }

    private float logProbability(int n, PackedOrder level, long record) {
      int bits = level.probability(record);
      return quantized == 0
          ? StoredLog.logProbability(bits)
          : file.getFloat(means[n - 2] + 4L * bits);
    }

    private float logBackoff(int n, PackedOrder level, long record) {
      int bits = level.backoff(record);
      return quantized == 0
          ? Float.intBitsToFloat(bits)
          : file.getFloat(means[n - 2] + 4L * ((1 << quantized) + bits));
    }
  }
}
