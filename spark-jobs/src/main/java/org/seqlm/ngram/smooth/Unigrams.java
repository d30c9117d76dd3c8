package org.seqlm.ngram.smooth;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.BitSet;
import org.seqlm.ngram.count.CountKind;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.UnigramCounts;

/** The lowest order of a back-off model: the probabilities of all words of the vocabulary. */
public final class Unigrams {
  private final double[] probabilities; // by id; NaN for what is no word of the model

  private Unigrams(double[] probabilities) {
    this.probabilities = probabilities;
  }

  /**
   * Smooths the empty context, below which every word that the model can predict has probability
   * 1/V. What pruning leaves out is none of these V words (nor is it of KenLM's), and so the words
   * that stay, {@code <unk>} among them, sum to 1.
   *
   * @param order of the whole model; one of order 1 is made from raw counts
   * @param vocabularySize ids
   */
  public static Unigrams estimate(
      UnigramCounts counts,
      Smoothing smoothing,
      int order,
      Pruning pruning,
      Passages passages,
      int vocabularySize) {
    int size = counts.types();
    long[] seen = counts.counts(order > 1 ? smoothing.counts() : CountKind.RAW);
    BitSet pruned = pruned(counts, pruning, passages, vocabularySize);
    boolean[] kept = new boolean[size];
    for (int i = 0; i < size; i++) {
      kept[i] = !pruned.get(counts.id(i));
    }
    double uniform = 1.0 / passages.predictable(pruned);
    // 8 bytes an id, for all: first the words' 1/V, in their place p(w), by place, then by id.
    double[] all = new double[vocabularySize];
    Arrays.fill(all, uniform);
    double gamma = smoothing.context(1, size, seen, kept, all, all);
    int at = size - 1;
    for (int id = vocabularySize - 1; id >= 0; id--) {
      if (at >= 0 && counts.id(at) == id) {
        all[id] = kept[at] ? all[at] : Double.NaN; // no place is above its word's id
        at--;
      } else {
        all[id] = passages.reads(id) && !pruned.get(id) ? gamma * uniform : Double.NaN;
      }
    }
    return new Unigrams(all);
  }

  /**
   * Which ids of a text the model takes for {@code <unk>}, because pruning leaves them out.
   *
   * @return a bit an id // (vocabulary)
   */
  public static BitSet pruned(
      UnigramCounts counts, Pruning pruning, Passages passages, int vocabularySize) {
    BitSet pruned = new BitSet(vocabularySize);
    if (pruning.isNone()) {
      return pruned;
    }
    for (int id = 0; id < vocabularySize; id++) {
      pruned.set(id, passages.reads(id) && !keeps(id, 0, pruning, passages));
    }
    for (int i = 0; i < counts.types(); i++) {
      pruned.set(counts.id(i), !keeps(counts.id(i), counts.raw(i), pruning, passages));
    }
    return pruned;
  }

  /** Words that are never seen stay where nothing is pruned, reserved ones always. */
  private static boolean keeps(int id, long raw, Pruning pruning, Passages passages) {
    return passages.reserved(id)
        || (pruning.allows(id) && (pruning.threshold(1) == 0 || raw > pruning.threshold(1)));
  }

  /** p(w); NaN for what the model cannot predict. */
  public double probability(int id) {
    return probabilities[id];
  }

  /** Words that the model can predict. */
  public long words() {
    return Arrays.stream(probabilities).filter(p -> !Double.isNaN(p)).count();
  }

  /** Writes the probabilities by id, as float64. */
  public void write(OutputStream target) throws IOException {
    DataOutputStream out = new DataOutputStream(target);
    out.writeInt(probabilities.length);
    for (double p : probabilities) {
      out.writeDouble(p);
    }
    out.flush();
  }

  /** Reads what {@link #write} wrote. */
  public static Unigrams read(InputStream source) throws IOException {
    DataInputStream in = new DataInputStream(source);
    double[] probabilities = new double[in.readInt()];
    for (int id = 0; id < probabilities.length; id++) {
      probabilities[id] = in.readDouble();
    }
    return new Unigrams(probabilities);
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
      some[i] = probabilities[words.id(i)];
    }
    return some;
  }
}
