package org.seqlm.ngram.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.seqlm.ngram.count.CountKind;
import org.seqlm.ngram.count.CountsOfCounts;
import org.seqlm.ngram.smooth.Estimator;
import org.seqlm.ngram.smooth.SmoothingRules;

/**
 * A back-off model straight from the definitions: strings in hash maps, every probability by
 * recursion. Slow, and independent of the code that counts and smooths for users.
 */
public final class NaiveBackoff {
  static final String UNKNOWN = "<unk>";
  static final String START = "<s>";
  static final String END = "</s>";

  private final int order;
  private final SmoothingRules rules;
  private final double[][] lambdas; // of Jelinek-Mercer: (order, buckets)
  private final Set<String> vocabulary; // all words of the model that can follow a context
  private final Map<List<String>, Long> raw = new HashMap<>();
  private final Map<List<String>, Set<List<String>>> left = new HashMap<>();
  private final Map<List<String>, Set<String>> followers = new HashMap<>();
  private final Set<List<String>> pruned = new HashSet<>();
  private final Map<List<String>, Double> weights = new HashMap<>();
  private final Map<List<String>, Double> totals = new HashMap<>();
  private final Map<List<String>, Double> denominators = new HashMap<>();
  private final Map<List<String>, Double> rests = new HashMap<>();
  private final Map<List<String>, Double> unseens = new HashMap<>();
  private final List<double[]> discounts = new ArrayList<>();
  private final Map<Integer, String> fallbacks = new TreeMap<>();

  private NaiveBackoff(
      List<List<String>> passages,
      Collection<String> vocabulary,
      int order,
      SmoothingRules rules,
      double[][] lambdas,
      int[] pruning) {
    this.order = order;
    this.rules = rules;
    this.lambdas = lambdas;
    this.vocabulary = new LinkedHashSet<>(vocabulary);
    for (List<String> passage : passages) {
      for (int from = 0; from < passage.size(); from++) {
        for (int n = 1; n <= order && from + n <= passage.size(); n++) {
          List<String> ngram = List.copyOf(passage.subList(from, from + n));
          if (ngram.equals(List.of(START))) {
            continue;
          }
          raw.merge(ngram, 1L, Long::sum);
          // The empty list is the start of the passage.
          left.computeIfAbsent(ngram, key -> new HashSet<>())
              .add(from == 0 ? List.of() : List.of(passage.get(from - 1)));
          followers
              .computeIfAbsent(ngram.subList(0, n - 1), key -> new LinkedHashSet<>())
              .add(ngram.get(n - 1));
        }
      }
    }
    raw.forEach(
        (ngram, count) -> {
          if (count <= pruning[Math.min(ngram.size(), pruning.length) - 1] && !marks(ngram)) {
            pruned.add(ngram);
          }
        });
    if (pruning[0] > 0) { // words that never appear are not in the model then, either
      this.vocabulary.removeIf(word -> !kept(List.of(word)) && !marks(List.of(word)));
    }
    for (int n = 1; n <= order; n++) {
      discounts.add(discounts(n));
    }
  }

  /** Words that are never left out. */
  private static boolean marks(List<String> ngram) {
    return ngram.size() == 1 && List.of(UNKNOWN, START, END).contains(ngram.get(0));
  }

  /**
   * A model of lines, each {@code <s> w … </s>}; V is all words that stay, {@code </s>} and {@code
   * <unk>}.
   *
   * @param sentences words of each line
   * @param pruning n-grams that appear at most so often are left out; the last holds for all longer
   *     ones too; empty for none // (order)
   */
  public static NaiveBackoff of(
      List<List<String>> sentences, int order, SmoothingRules rules, int[] pruning) {
    List<List<String>> passages = new ArrayList<>();
    Set<String> vocabulary = new LinkedHashSet<>(List.of(UNKNOWN, END));
    for (List<String> sentence : sentences) {
      List<String> passage = new ArrayList<>(List.of(START));
      passage.addAll(sentence);
      passage.add(END);
      passages.add(passage);
      vocabulary.addAll(sentence);
    }
    return ofPassages(passages, vocabulary, order, rules, pruning);
  }

  /**
   * A model of passages of any kind.
   *
   * @param passages with {@code <s>} and {@code </s>} where there are such
   * @param vocabulary all words that a context may be followed by
   */
  public static NaiveBackoff ofPassages(
      List<List<String>> passages,
      Collection<String> vocabulary,
      int order,
      SmoothingRules rules,
      int[] pruning) {
    double[][] lambdas = new double[order][64];
    for (double[] buckets : lambdas) {
      Arrays.fill(buckets, rules.lambda());
    }
    return ofPassages(passages, vocabulary, order, rules, lambdas, pruning);
  }

  /** The same with a table of Jelinek-Mercer's λ. // (order, buckets) */
  public static NaiveBackoff ofPassages(
      List<List<String>> passages,
      Collection<String> vocabulary,
      int order,
      SmoothingRules rules,
      double[][] lambdas,
      int[] pruning) {
    return new NaiveBackoff(
        passages, vocabulary, order, rules, lambdas, pruning.length == 0 ? new int[] {0} : pruning);
  }

  /**
   * Leaves out what holds a word that is not allowed, and the word; the marks and {@code <unk>}
   * always are. Call it first.
   */
  public NaiveBackoff limit(Set<String> allowed) {
    Set<String> all = new HashSet<>(allowed);
    all.addAll(List.of(UNKNOWN, START, END));
    raw.keySet().stream().filter(ngram -> !all.containsAll(ngram)).forEach(pruned::add);
    vocabulary.retainAll(all);
    return this;
  }

  /**
   * All n-grams with how often they appear, pruned ones too; {@code <s>} alone is not among them.
   */
  public Map<List<String>, Long> raw() {
    return raw;
  }

  /** The adjusted count of an n-gram, as it is below the highest order. */
  public long adjusted(List<String> ngram) {
    return ngram.get(0).equals(START) ? raw.get(ngram) : left.get(ngram).size();
  }

  /** Whether pruning left an n-gram that appears. */
  public boolean kept(List<String> ngram) {
    return raw.containsKey(ngram) && !pruned.contains(ngram);
  }

  /** Everything that precedes something, the empty context too, with what follows it. */
  public Map<List<String>, Set<String>> followers() {
    return followers;
  }

  /** All words of the model that can follow a context. */
  public Set<String> vocabulary() {
    return vocabulary;
  }

  /** The orders whose discounts are not the formula's. */
  public Map<Integer, String> fallbacks() {
    return fallbacks;
  }

  /** n(1), n(2), … of each order over all n-grams. */
  public List<CountsOfCounts> countsOfCounts(CountKind kind) {
    List<CountsOfCounts> all = new ArrayList<>();
    for (int n = 1; n <= order; n++) {
      long[] types = new long[CountsOfCounts.HIGHEST];
      long total = 0;
      for (List<String> ngram : raw.keySet()) {
        if (ngram.size() == n) {
          long count = kind == CountKind.RAW ? raw.get(ngram) : adjusted(ngram);
          total += count;
          if (count <= types.length) {
            types[(int) count - 1]++;
          }
        }
      }
      all.add(new CountsOfCounts(types, total));
    }
    return all;
  }

  /**
   * p(w|h).
   *
   * @param context any words; the last N-1 count. What comes before {@code <s>} is not to be given
   */
  public double probability(List<String> context, String word) {
    List<String> h = context.subList(Math.max(0, context.size() - order + 1), context.size());
    return p(h, vocabulary.contains(word) ? word : UNKNOWN);
  }

  /** γ(h), 1 where h was never seen. */
  public double weight(List<String> context) {
    return followers.containsKey(context) ? once(weights, context, this::gamma) : 1;
  }

  /** The model's ARPA file: log10 p and log10 γ (0 where there is no context) by n-gram. */
  public Map<List<String>, double[]> ngrams() {
    Map<List<String>, double[]> table = new HashMap<>();
    for (List<String> ngram : raw.keySet()) {
      if (kept(ngram)) {
        double p = p(ngram.subList(0, ngram.size() - 1), ngram.get(ngram.size() - 1));
        table.put(ngram, entry(p, ngram));
      }
    }
    if (vocabulary.contains(UNKNOWN)) {
      table.computeIfAbsent(List.of(UNKNOWN), unknown -> entry(p(List.of(), UNKNOWN), unknown));
    }
    if (order == 1 || followers.containsKey(List.of(START))) {
      table.put(List.of(START), entry(1, List.of(START)));
    }
    return table;
  }

  private double[] entry(double p, List<String> ngram) {
    return new double[] {Math.log10(p), ngram.size() < order ? Math.log10(weight(ngram)) : 0};
  }

  private double p(List<String> h, String w) {
    if (!followers.containsKey(h)) {
      return lower(h, w);
    }
    List<String> hw = with(h, w);
    double shorter = weight(h) * lower(h, w);
    if (!kept(hw)) {
      return shorter;
    }
    boolean interpolates =
        rules.estimator() != Estimator.KATZ && rules.estimator() != Estimator.STUPID_BACKOFF;
    return own(h, w) + (interpolates ? shorter : 0);
  }

  private double lower(List<String> h, String w) {
    return h.isEmpty() ? 1.0 / vocabulary.size() : p(h.subList(1, h.size()), w);
  }

  private static List<String> with(List<String> h, String w) {
    List<String> hw = new ArrayList<>(h);
    hw.add(w);
    return List.copyOf(hw);
  }

  private long count(List<String> ngram) {
    return rules.estimator() == Estimator.KNESER_NEY && ngram.size() < order
        ? adjusted(ngram)
        : raw.get(ngram);
  }

  private double total(List<String> h) {
    return once(
        totals, h, any -> followers.get(h).stream().mapToLong(w -> count(with(h, w))).sum());
  }

  /** Computes a value the first time only; computing it may need the same of shorter contexts. */
  private static double once(
      Map<List<String>, Double> known, List<String> h, ToDoubleFunction<List<String>> definition) {
    Double value = known.get(h);
    if (value == null) {
      value = definition.applyAsDouble(h);
      known.put(List.copyOf(h), value);
    }
    return value;
  }

  /** What a kept follower has of its own, without what comes from the shorter context. */
  private double own(List<String> h, String w) {
    double count = count(with(h, w));
    double total = total(h);
    double[] d = discounts.get(h.size());
    int r = (int) Math.min(count, 1000);
    switch (rules.estimator()) {
      case KNESER_NEY:
        return (count - d[Math.min(r, 3)]) / total;
      case ABSOLUTE_DISCOUNTING:
        return (count - d[0]) / total;
      case WITTEN_BELL:
        return count / (total + followers.get(h).size());
      case JELINEK_MERCER:
        int bucket = 0;
        while (1L << (bucket + 1) <= total) {
          bucket++;
        }
        return lambdas[h.size()][bucket] * count / total;
      case STUPID_BACKOFF:
        return count / total;
      case KATZ:
        double unseen = once(unseens, h, this::unseen);
        double rest = once(rests, h, this::katzRest);
        // Where the others would get more than a thousand times what they had, they keep that.
        boolean bounded = h.isEmpty() ? unseen == 0 : rest > 1000 * unseen;
        return katz(h, w) * (bounded ? (1 - unseen) / (1 - rest) : 1);
      default:
        throw new IllegalStateException();
    }
  }

  private double gamma(List<String> h) {
    List<String> keptWords = followers.get(h).stream().filter(w -> kept(with(h, w))).toList();
    if (keptWords.isEmpty()) {
      return 1;
    }
    return switch (rules.estimator()) {
      case STUPID_BACKOFF -> rules.alpha();
      case KATZ -> {
        boolean bounded = h.isEmpty() ? unseen(h) == 0 : katzRest(h) > 1000 * unseen(h);
        yield bounded ? 1 : katzRest(h) / unseen(h);
      }
      default -> 1 - keptWords.stream().mapToDouble(w -> own(h, w)).sum();
    };
  }

  /** d(r) r / Σc, Σc one more where nothing is discounted or pruned. */
  private double katz(List<String> h, String w) {
    double[] d = discounts.get(h.size());
    double denominator =
        once(
            denominators,
            h,
            any -> {
              boolean whole =
                  followers.get(h).stream()
                      .allMatch(
                          v -> {
                            long r = count(with(h, v));
                            return kept(with(h, v)) && (r > d.length || d[(int) r - 1] == 1);
                          });
              return total(h) + (whole ? 1 : 0);
            });
    long r = count(with(h, w));
    return (r > d.length ? 1 : d[(int) r - 1]) * r / denominator;
  }

  private double katzRest(List<String> h) {
    return 1
        - followers.get(h).stream()
            .filter(w -> kept(with(h, w)))
            .mapToDouble(w -> katz(h, w))
            .sum();
  }

  /** What the shorter context gives the words that h does not keep. */
  private double unseen(List<String> h) {
    double sum = 0;
    for (String w : vocabulary) {
      if (!kept(with(h, w))) {
        sum += lower(h, w);
      }
    }
    return sum;
  }

  /** Of Kneser-Ney D at j, of absolute discounting D at 0, of Katz d(r) at r - 1. */
  private double[] discounts(int n) {
    long[] types = new long[10]; // at r
    for (List<String> ngram : raw.keySet()) {
      if (ngram.size() == n && count(ngram) < types.length) {
        types[(int) count(ngram)]++;
      }
    }
    double y = types[1] / (types[1] + 2.0 * types[2]);
    switch (rules.estimator()) {
      case KNESER_NEY:
        double[] d = new double[4];
        boolean usable = types[1] > 0 && types[2] > 0 && types[3] > 0;
        for (int j = 1; j <= 3 && usable; j++) {
          d[j] = j - (j + 1) * y * types[j + 1] / types[j];
          usable = d[j] >= 0 && d[j] <= j;
        }
        if (!usable) {
          fallbacks.put(n, "fixed");
          return new double[] {0, 0.5, 1, 1.5};
        }
        return d;
      case ABSOLUTE_DISCOUNTING:
        if (types[1] == 0 || types[2] == 0) {
          fallbacks.put(n, "fixed");
          return new double[] {0.5};
        }
        return new double[] {y};
      case KATZ:
        return n == 1 ? new double[0] : goodTuring(n, types);
      default:
        return new double[0];
    }
  }

  private double[] goodTuring(int n, long[] types) {
    for (int k = rules.gtmax(); k >= 2; k--) {
      double[] d = new double[k];
      boolean usable = true;
      double a = (k + 1.0) * types[k + 1] / types[1];
      for (int r = 1; r <= k; r++) {
        double better = (r + 1.0) * types[r + 1] / types[r];
        d[r - 1] = (better / r - a) / (1 - a);
        usable &= d[r - 1] >= 0.001 && d[r - 1] <= 1;
      }
      if (usable) {
        return d;
      }
      fallbacks.put(n, "fewer");
    }
    double[] d = new double[rules.gtmax()];
    for (int r = 1; r <= d.length; r++) {
      d[r - 1] = 1 - 0.5 / r;
    }
    return d;
  }
}
