package org.seqlm.ngram.smooth;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import org.seqlm.ngram.count.CountKind;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.UnigramCounts;

/**
 * The lowest order of a back-off model: the probabilities of all words of the vocabulary, or of a
 * range of their ids.
 */
public final class Unigrams {
  private final int from; // the first id
  private final double[] probabilities; // by id from there; NaN for what is no word of the model

  private Unigrams(int from, double[] probabilities) {
    this.from = from;
    this.probabilities = probabilities;
  }

  /**
   * Smooths the empty context, below which every word that the model can predict has probability
   * 1/V. What pruning leaves out is none of these V words (nor is it of KenLM's), and so the words
   * that stay, {@code <unk>} among them, sum to 1. A range's words follow from its counts and the
   * sums of all.
   *
   * @param counts of words of the range only
   * @param sums of all ranges, of the same counts and pruning
   * @param kind which counts are smoothed
   * @param from the first id of the range
   * @param to the first id behind it
   */
  public static Unigrams estimate(
      UnigramCounts counts,
      FollowerSums sums,
      Smoothing smoothing,
      CountKind kind,
      Pruning pruning,
      Passages passages,
      int from,
      int to) {
    long[] seen = counts.counts(kind);
    BitSet pruned = pruned(counts, pruning, passages, from, to);
    double uniform = 1.0 / sums.predictable();
    ContextWeights weights = smoothing.weights(1, sums);
    double unseen = weights.backoff() * uniform;
    double[] all = new double[to - from];
    int at = 0;
    for (int id = from; id < to; id++) {
      boolean kept = !pruned.get(id - from);
      if (at < counts.types() && counts.id(at) == id) {
        all[id - from] = kept ? weights.probability().of(seen[at], uniform) : Double.NaN;
        at++;
      } else {
        all[id - from] = kept && passages.reads(id) ? unseen : Double.NaN;
      }
    }
    return new Unigrams(from, all);
  }

  /** Which counts the unigrams of a model are made from: of order 1 they are the highest. */
  public static CountKind kind(Smoothing smoothing, int order) {
    return order > 1 ? smoothing.counts() : CountKind.RAW;
  }

  /**
   * Which ids of a text the model takes for {@code <unk>}, because pruning leaves them out.
   *
   * @return a bit an id // (vocabulary)
   */
  public static BitSet pruned(
      UnigramCounts counts, Pruning pruning, Passages passages, int vocabularySize) {
    return pruned(counts, pruning, passages, 0, vocabularySize);
  }

  /** The same of a range of ids; its first is bit 0. */
  static BitSet pruned(UnigramCounts counts, Pruning pruning, Passages passages, int from, int to) {
    BitSet pruned = new BitSet();
    if (pruning.isNone()) {
      return pruned;
    }
    for (int id = from; id < to; id++) {
      pruned.set(id - from, passages.reads(id) && !keeps(id, 0, pruning, passages));
    }
    for (int i = 0; i < counts.types(); i++) {
      pruned.set(counts.id(i) - from, !keeps(counts.id(i), counts.raw(i), pruning, passages));
    }
    return pruned;
  }

  /**
   * Whether the model takes a word for {@code <unk>}, because pruning leaves it out.
   *
   * @param raw how often it appears; 0 for one that does not
   */
  public static boolean prunes(int id, long raw, Pruning pruning, Passages passages) {
    return !pruning.isNone()
        && (raw > 0 || passages.reads(id))
        && !keeps(id, raw, pruning, passages);
  }

  /** Words that are never seen stay where nothing is pruned, reserved ones always. */
  private static boolean keeps(int id, long raw, Pruning pruning, Passages passages) {
    return passages.reserved(id)
        || (pruning.allows(id) && (pruning.threshold(1) == 0 || raw > pruning.threshold(1)));
  }

  /** p(w); NaN for what the model cannot predict. */
  public double probability(int id) {
    return probabilities[id - from];
  }

  /** Words that the model can predict. */
  public long words() {
    return Arrays.stream(probabilities).filter(p -> !Double.isNaN(p)).count();
  }

  /**
   * Writes the number of ids, which stands before the {@link #bytes} of all ranges.
   *
   * @param size ids of the vocabulary
   */
  public static void writeSize(OutputStream target, int size) throws IOException {
    new DataOutputStream(target).writeInt(size);
  }

  /**
   * The probabilities by id, as float64; those of all ranges stand in a model one after the other.
   */
  public byte[] bytes() {
    ByteBuffer out = ByteBuffer.allocate(Math.multiplyExact(Double.BYTES, probabilities.length));
    out.asDoubleBuffer().put(probabilities);
    return out.array();
  }

  /** Reads all ranges, behind their size, an id at a time, so that they need not fit in memory. */
  public static Cursor cursor(InputStream source) throws IOException {
    DataInputStream in = new DataInputStream(source);
    in.readInt(); // the size: who asks knows how many ids there are
    return new Cursor(in);
  }

  /** Probabilities in the order of ids. */
  public static final class Cursor {
    private final DataInputStream in;

    private Cursor(DataInputStream in) {
      this.in = in;
    }

    /** p(w) of the next id; NaN for what the model cannot predict. */
    public double next() throws IOException {
      return in.readDouble();
    }
  }

  /** Reads all ranges, behind their size. */
  public static Unigrams read(InputStream source) throws IOException {
    DataInputStream in = new DataInputStream(source);
    double[] probabilities = new double[in.readInt()];
    for (int id = 0; id < probabilities.length; id++) {
      probabilities[id] = in.readDouble();
    }
    return new Unigrams(0, probabilities);
  }

  /** The decimal logarithms as a model holds them; NaN for what it cannot predict. // (size) */
  public float[] logProbabilities() {
    float[] logs = new float[probabilities.length];
    for (int id = 0; id < logs.length; id++) {
      logs[id] = (float) Math.min(0, Math.log10(probabilities[id]));
    }
    return logs;
  }

  /** The number of ids. */
  public int size() {
    return probabilities.length;
  }

  /** The probabilities of some words. */
  public double[] of(UnigramCounts words) {
    double[] some = new double[words.types()];
    for (int i = 0; i < some.length; i++) {
      some[i] = probability(words.id(i));
    }
    return some;
  }
}
