package org.seqlm.ngram.compiled;

import java.io.IOException;
import java.util.BitSet;
import org.seqlm.ngram.trie.Spill;

/**
 * Writes the sections of the layout {@link Layout#SMALL}. It goes through the n-grams twice: first
 * to count each order and to learn its quantised values, then to write.
 *
 * @see SmallModel
 */
final class SmallWriter implements LayoutWriter {
  private final SortedNgrams ngrams;
  private final int order;
  private final WordKeys keys;
  private final int quantized;
  private final Spill spill;
  private final long[] entries;
  private final Quantizer[] probabilities; // by order - 2; null where values are whole
  private final Quantizer[] backoffs;
  private final PackedWriter[] levels; // by order - 2
  private final long[] pointers; // of unigrams, one more than there are
  private final float[] unigrams; // log10 p
  private final float[] unigramBackoffs;

  /**
   * @param quantized bits of a value; 0 for whole ones
   * @param spill bytes in memory, and a folder that is there
   */
  SmallWriter(SortedNgrams ngrams, int quantized, Spill spill) {
    this.ngrams = ngrams;
    this.order = ngrams.order();
    this.keys = new WordKeys(ngrams.vocabularySize());
    this.quantized = quantized;
    this.spill = new Spill(spill.memory() / (2L * order), spill.folder());
    this.entries = new long[order];
    this.probabilities = new Quantizer[order - 1];
    this.backoffs = new Quantizer[order - 1];
    this.levels = new PackedWriter[order - 1];
    this.pointers = new long[ngrams.vocabularySize() + 1];
    this.unigrams = new float[ngrams.vocabularySize()];
    this.unigramBackoffs = new float[ngrams.vocabularySize()];
  }

  @Override
  public void write(SectionWriter out) throws IOException {
    count();
    for (int n = 2; n <= order; n++) {
      PackedOrder.Widths widths =
          SmallModel.widths(
              ngrams.vocabularySize(), quantized, entries[n - 1], n == order ? -1 : entries[n]);
      levels[n - 2] = new PackedWriter(SmallModel.level(n), widths, n == order, spill.folder());
    }
    BitSet begin = new BitSet();
    ngrams.walk(
        (n, key, logProbability, logBackoff, begins) -> {
          // What it begins comes next.
          long pointer = n == order ? 0 : levels[n - 1].records();
          if (n == 1) {
            unigrams[key[0]] = logProbability;
            unigramBackoffs[key[0]] = logBackoff;
            pointers[key[0]] = pointer;
            begin.set(key[0], begins);
          } else {
            levels[n - 2].add(
                keys.key(key[n - 1]),
                probability(n, logProbability),
                backoff(n, logBackoff),
                pointer);
          }
        });
    out.begin(SmallModel.UNIGRAMS);
    for (int id = 0; id <= unigrams.length; id++) {
      boolean end = id == unigrams.length;
      out.putInt(end ? 0 : StoredLog.bits(unigrams[id], begin.get(id)));
      out.putFloat(end ? 0 : unigramBackoffs[id]);
      long pointer = end ? (order == 1 ? 0 : entries[1]) : pointers[id];
      out.putInt((int) pointer);
      out.put(new byte[] {(byte) (pointer >>> 32)}, 0, 1);
    }
    out.end();
    for (int n = 2; n <= order; n++) {
      levels[n - 2].write(out, n == order ? 0 : entries[n]);
      if (quantized > 0) {
        out.begin(SmallModel.level(n) + SmallModel.MEANS);
        put(probabilities[n - 2].means(), out);
        if (n < order) {
          put(backoffs[n - 2].means(), out);
        }
        out.end();
      }
    }
  }

  private static void put(float[] values, SectionWriter out) throws IOException {
    for (float value : values) {
      out.putFloat(value);
    }
  }

  private void count() throws IOException {
    for (int n = 2; n <= order && quantized > 0; n++) {
      probabilities[n - 2] = new Quantizer(quantized, Float.NaN, spill);
      backoffs[n - 2] = n == order ? null : new Quantizer(quantized, 0, spill);
    }
    ngrams.walk(
        (n, key, logProbability, logBackoff, begins) -> {
          entries[n - 1]++;
          if (n > 1 && quantized > 0) {
            probabilities[n - 2].add(logProbability);
            if (n < order) {
              backoffs[n - 2].add(logBackoff);
            }
          }
        });
    if (order > 1 && entries[1] >= 1L << SmallModel.POINTER_BITS) {
      throw new IllegalStateException("more than 2^40 bigrams");
    }
    for (int n = 2; n <= order && quantized > 0; n++) {
      probabilities[n - 2].train();
      if (n < order) {
        backoffs[n - 2].train();
      }
    }
  }

  private int probability(int n, float logProbability) {
    return quantized > 0
        ? probabilities[n - 2].code(logProbability)
        : StoredLog.bits(logProbability, false);
  }

  private int backoff(int n, float logBackoff) {
    if (n == order) {
      return 0;
    }
    return quantized > 0 ? backoffs[n - 2].code(logBackoff) : Float.floatToRawIntBits(logBackoff);
  }

  @Override
  public long[] entries() {
    return entries;
  }

  @Override
  public long seed() {
    return 0;
  }

  @Override
  public void close() throws IOException {
    for (int i = 0; i < levels.length; i++) {
      if (levels[i] != null) {
        levels[i].close();
      }
      if (probabilities[i] != null) {
        probabilities[i].close();
      }
      if (backoffs[i] != null) {
        backoffs[i].close();
      }
    }
  }
}
