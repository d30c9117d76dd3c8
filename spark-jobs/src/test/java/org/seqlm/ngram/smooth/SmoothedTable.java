package org.seqlm.ngram.smooth;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.ngram.count.CountKind;
import org.seqlm.ngram.model.NaiveBackoff;

/** A back-off model made by a {@link Smoothing} from the counts of a {@link NaiveBackoff}. */
public final class SmoothedTable {
  private final NaiveBackoff counts;
  private final int order;
  private final Map<List<String>, Double> probabilities = new HashMap<>();
  private final Map<List<String>, Double> weights = new HashMap<>();

  public SmoothedTable(NaiveBackoff counts, int order, Smoothing smoothing) {
    this.counts = counts;
    this.order = order;
    List<List<String>> contexts = new ArrayList<>(counts.followers().keySet());
    contexts.sort(Comparator.comparing(List::size));
    for (List<String> h : contexts) {
      List<List<String>> ngrams = counts.followers().get(h).stream().map(w -> with(h, w)).toList();
      int size = ngrams.size();
      // Larger than need be, as arrays that serve many contexts are.
      long[] values = new long[size + 2];
      boolean[] kept = new boolean[size + 2];
      double[] lower = new double[size + 2];
      double[] into = new double[size + 2];
      for (int i = 0; i < size; i++) {
        List<String> ngram = ngrams.get(i);
        values[i] =
            smoothing.counts() == CountKind.ADJUSTED && ngram.size() < order
                ? counts.adjusted(ngram)
                : counts.raw().get(ngram);
        kept[i] = counts.kept(ngram);
        lower[i] =
            h.isEmpty()
                ? 1.0 / counts.vocabulary().size()
                : p(h.subList(1, h.size()), ngram.get(h.size()));
      }
      weights.put(h, smoothing.context(h.size() + 1, size, values, kept, lower, into));
      for (int i = 0; i < size; i++) {
        if (kept[i]) {
          probabilities.put(ngrams.get(i), into[i]);
        }
      }
    }
  }

  private static List<String> with(List<String> h, String w) {
    List<String> hw = new ArrayList<>(h);
    hw.add(w);
    return List.copyOf(hw);
  }

  double weight(List<String> h) {
    return weights.getOrDefault(h, 1.0);
  }

  /** p(w|h) of a word of the vocabulary. */
  public double p(List<String> h, String w) {
    Double own = probabilities.get(with(h, w));
    if (own != null) {
      return own;
    }
    return weight(h)
        * (h.isEmpty() ? 1.0 / counts.vocabulary().size() : p(h.subList(1, h.size()), w));
  }

  /** log10 p and log10 γ of a kept n-gram. */
  public double[] entry(List<String> ngram) {
    int last = ngram.size() - 1;
    return new double[] {
      ngram.equals(List.of("<s>")) ? 0 : Math.log10(p(ngram.subList(0, last), ngram.get(last))),
      ngram.size() < order ? Math.log10(weight(ngram)) : 0
    };
  }
}
