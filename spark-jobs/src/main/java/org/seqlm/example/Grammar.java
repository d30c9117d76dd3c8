package org.seqlm.example;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A deterministic probabilistic finite-state grammar: sentences are the paths from the start to an
 * end, and a state has at most one arc a word, so each sentence has exactly one derivation. By the
 * chain rule the entropy of a sentence is then the sum over states of the expected number of visits
 * times the entropy of the choice made there (Soule, "Entropies of probabilistic grammars",
 * Information and Control 25, 1974; Grenander, "Syntax-controlled probabilities", 1967), and the
 * visits solve a system of linear equations: everything below is exact up to rounding.
 *
 * <p>Probabilities are whole weights by their state's sum. Written sentences put one space between
 * tokens, none before punctuation, and end with a line feed; a line gives its tokens back, so lines
 * and token sequences are one to one too.
 */
public final class Grammar {
  /** The token that ends every sentence, as a dataset of words stores it. */
  public static final String END = "</s>";

  private static final String PUNCTUATION = ",.;:?!";

  /**
   * A choice in a state.
   *
   * @param word written, or punctuation
   * @param weight whole, at least 1
   * @param target state
   */
  public record Arc(String word, long weight, int target) {}

  /**
   * One sentence and how it came about.
   *
   * @param tokens without {@link #END}
   * @param states of each token the state that chose it, and last the state that ended the sentence
   */
  public record Derivation(List<String> tokens, int[] states) {}

  /**
   * What a sentence is expected to hold.
   *
   * @param nats entropy of a sentence
   * @param tokens expected number, {@link #END} included
   * @param characters expected number of code points, spaces and line feed included
   */
  public record Entropy(double nats, double tokens, double characters) {
    /** Entropy rate of a text of independent sentences (renewal theorem), in bits a token. */
    public double bitsPerToken() {
      return nats / Math.log(2) / tokens;
    }

    /** The same in bits a character. */
    public double bitsPerCharacter() {
      return nats / Math.log(2) / characters;
    }

    /** The best perplexity a model of words can have in expectation. */
    public double perplexity() {
      return Math.exp(nats / tokens);
    }
  }

  private final String[] names;
  private final Arc[][] arcs; // (state, choice)
  private final long[] ends; // weight of ending, by state
  private final long[] totals; // sum of weights, by state
  private final List<Map<String, Arc>> byWord; // by state

  private Grammar(List<String> names, List<List<Arc>> arcs, long[] ends) {
    int n = names.size();
    this.names = names.toArray(String[]::new);
    this.arcs = new Arc[n][];
    this.ends = ends;
    this.totals = ends.clone();
    this.byWord = new ArrayList<>();
    for (int s = 0; s < n; s++) {
      this.arcs[s] = arcs.get(s).toArray(Arc[]::new);
      Map<String, Arc> index = new HashMap<>();
      for (Arc arc : this.arcs[s]) {
        check(isWord(arc.word), s, "has the word \"" + arc.word + "\": letters or one of ,.;:?!");
        check(arc.weight > 0, s, "gives \"" + arc.word + "\" the weight " + arc.weight);
        check(arc.target != 0, s, "leads back to the start, which only begins sentences");
        check(index.put(arc.word, arc) == null, s, "has two arcs for \"" + arc.word + "\"");
        totals[s] = Math.addExact(totals[s], arc.weight);
      }
      check(totals[s] > 0, s, "has neither arcs nor an end");
      byWord.add(index);
    }
    check(ends[0] == 0, 0, "allows the empty sentence");
    checkConnected();
  }

  private void check(boolean holds, int state, String problem) {
    if (!holds) {
      throw new IllegalArgumentException("state " + names[state] + " " + problem);
    }
  }

  /** Every state must be reachable and reach an end: else the expected visits are not defined. */
  private void checkConnected() {
    boolean[] reached = new boolean[names.length];
    Deque<Integer> open = new ArrayDeque<>(List.of(0));
    reached[0] = true;
    while (!open.isEmpty()) {
      for (Arc arc : arcs[open.pop()]) {
        if (!reached[arc.target]) {
          reached[arc.target] = true;
          open.push(arc.target);
        }
      }
    }
    boolean[] ending = new boolean[names.length];
    for (boolean grown = true; grown; ) {
      grown = false;
      for (int s = 0; s < names.length; s++) {
        if (!ending[s] && (ends[s] > 0 || Arrays.stream(arcs[s]).anyMatch(a -> ending[a.target]))) {
          ending[s] = true;
          grown = true;
        }
      }
    }
    for (int s = 0; s < names.length; s++) {
      check(reached[s], s, "is reached from nowhere");
      check(ending[s], s, "never comes to an end");
    }
  }

  /** A grammar that begins its sentences in {@code start}. */
  public static Builder builder(String start) {
    return new Builder(start);
  }

  /** The number of states; the start is 0. */
  public int states() {
    return names.length;
  }

  /** What the builder called a state. */
  public String name(int state) {
    return names[state];
  }

  /** The choices of a state, in the order of their definition. */
  public List<Arc> arcs(int state) {
    return List.of(arcs[state]);
  }

  /** The arc of a word, or null if the state excludes it. */
  public Arc arc(int state, String word) {
    return byWord.get(state).get(word);
  }

  /** P(arc | state). */
  public double probability(int state, Arc arc) {
    return (double) arc.weight / totals[state];
  }

  /** P(end of the sentence | state). */
  public double endProbability(int state) {
    return (double) ends[state] / totals[state];
  }

  /** The different words and punctuation marks, in the order of their definition. */
  public List<String> words() {
    LinkedHashMap<String, Boolean> words = new LinkedHashMap<>();
    for (Arc[] choices : arcs) {
      for (Arc arc : choices) {
        words.put(arc.word, true);
      }
    }
    return List.copyOf(words.keySet());
  }

  /**
   * Expected visits of each state in a sentence: {@code v = e_start + Pᵀ v}, solved by Gaussian
   * elimination with partial pivoting.
   */
  public double[] expectedVisits() {
    int n = names.length;
    double[][] a = new double[n][n + 1]; // (I − Pᵀ | e_start)
    for (int s = 0; s < n; s++) {
      a[s][s] += 1;
      for (Arc arc : arcs[s]) {
        a[arc.target][s] -= probability(s, arc);
      }
    }
    a[0][n] = 1;
    return solve(a);
  }

  /** The exact entropy of a sentence and what it is spread over. */
  public Entropy entropy() {
    double[] visits = expectedVisits();
    double nats = 0;
    double tokens = 0;
    double characters = 0;
    for (int s = 0; s < names.length; s++) {
      double end = endProbability(s);
      nats += visits[s] * surprise(end);
      tokens += visits[s] * end;
      characters += visits[s] * end;
      for (Arc arc : arcs[s]) {
        double p = probability(s, arc);
        nats += visits[s] * surprise(p);
        tokens += visits[s] * p;
        characters += visits[s] * p * spelling(s, arc.word).length();
      }
    }
    return new Entropy(nats, tokens, characters);
  }

  private static double surprise(double p) {
    return p == 0 ? 0 : -p * Math.log(p);
  }

  /** What a word adds to the line when a state chooses it: itself, and a space where one is due. */
  String spelling(int state, String word) {
    return state == 0 || isPunctuation(word) ? word : " " + word;
  }

  /**
   * The natural logarithm of a sentence's probability, negative infinity if it is none.
   *
   * @param line as written, without its line feed
   */
  public double logProbability(String line) {
    List<String> tokens = tokens(line);
    return write(tokens).equals(line) ? logProbability(tokens) : Double.NEGATIVE_INFINITY;
  }

  /** The same for tokens without {@link #END}. */
  public double logProbability(List<String> tokens) {
    double sum = 0;
    int state = 0;
    for (String token : tokens) {
      Arc arc = arc(state, token);
      if (arc == null) {
        return Double.NEGATIVE_INFINITY;
      }
      sum += Math.log(probability(state, arc));
      state = arc.target;
    }
    return sum + Math.log(endProbability(state));
  }

  /**
   * The natural logarithm of P(text | what stood before it), where either may begin or end within a
   * sentence: an exact floor for any range of a text drawn from this grammar.
   *
   * @param before ends where {@code text} begins; only its last, unfinished sentence matters
   * @param text with {@link #END} after every whole sentence
   */
  public double logProbability(List<String> before, List<String> text) {
    int state = 0;
    for (String token : before.subList(before.lastIndexOf(END) + 1, before.size())) {
      Arc arc = arc(state, token);
      if (arc == null) {
        throw new IllegalArgumentException("no sentence begins with " + before);
      }
      state = arc.target;
    }
    double sum = 0;
    for (String token : text) {
      if (token.equals(END)) {
        sum += Math.log(endProbability(state));
        state = 0;
        continue;
      }
      Arc arc = arc(state, token);
      if (arc == null) {
        return Double.NEGATIVE_INFINITY;
      }
      sum += Math.log(probability(state, arc));
      state = arc.target;
    }
    return sum;
  }

  /** Draws a sentence. */
  public Derivation sample(SplittableRandom random) {
    List<String> tokens = new ArrayList<>();
    int[] states = new int[16];
    int state = 0;
    while (true) {
      if (tokens.size() == states.length) {
        states = Arrays.copyOf(states, 2 * states.length);
      }
      states[tokens.size()] = state;
      long draw = random.nextLong(totals[state]);
      if (draw < ends[state]) {
        return new Derivation(tokens, Arrays.copyOf(states, tokens.size() + 1));
      }
      draw -= ends[state];
      int choice = 0;
      while (draw >= arcs[state][choice].weight) {
        draw -= arcs[state][choice++].weight;
      }
      tokens.add(arcs[state][choice].word);
      state = arcs[state][choice].target;
    }
  }

  /** Tokens as a line of text, without a line feed. */
  public static String write(List<String> tokens) {
    StringBuilder line = new StringBuilder();
    for (String token : tokens) {
      if (!line.isEmpty() && !isPunctuation(token)) {
        line.append(' ');
      }
      line.append(token);
    }
    return line.toString();
  }

  /** The tokens of a line; the inverse of {@link #write}. */
  public static List<String> tokens(String line) {
    List<String> tokens = new ArrayList<>();
    int from = 0;
    for (int at = 0; at <= line.length(); at++) {
      boolean mark = at < line.length() && PUNCTUATION.indexOf(line.charAt(at)) >= 0;
      if (at == line.length() || mark || line.charAt(at) == ' ') {
        if (at > from) {
          tokens.add(line.substring(from, at));
        }
        if (mark) {
          tokens.add(line.substring(at, at + 1));
        }
        from = at + 1;
      }
    }
    return tokens;
  }

  static boolean isPunctuation(String word) {
    return word.length() == 1 && PUNCTUATION.indexOf(word.charAt(0)) >= 0;
  }

  private static boolean isWord(String word) {
    return isPunctuation(word)
        || (!word.isEmpty()
            && word.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')));
  }

  /** Solves {@code A x = b}, given as {@code (A | b)}, which it overwrites. */
  private static double[] solve(double[][] a) {
    int n = a.length;
    for (int k = 0; k < n; k++) {
      int pivot = k;
      for (int i = k + 1; i < n; i++) {
        if (Math.abs(a[i][k]) > Math.abs(a[pivot][k])) {
          pivot = i;
        }
      }
      double[] row = a[pivot];
      a[pivot] = a[k];
      a[k] = row;
      for (int i = k + 1; i < n; i++) {
        double factor = a[i][k] / row[k];
        if (factor != 0) {
          for (int j = k; j <= n; j++) {
            a[i][j] -= factor * row[j];
          }
        }
      }
    }
    double[] x = new double[n];
    for (int i = n - 1; i >= 0; i--) {
      double sum = a[i][n];
      for (int j = i + 1; j < n; j++) {
        sum -= a[i][j] * x[j];
      }
      x[i] = sum / a[i][i];
    }
    return x;
  }

  /** Collects states by name; states come into being when first named. */
  public static final class Builder {
    private final Map<String, Integer> index = new LinkedHashMap<>();
    private final List<List<Arc>> arcs = new ArrayList<>();
    private final Map<Integer, Long> ends = new HashMap<>();

    private Builder(String start) {
      state(start);
    }

    private int state(String name) {
      Integer known = index.putIfAbsent(name, index.size());
      if (known == null) {
        arcs.add(new ArrayList<>());
        return index.size() - 1;
      }
      return known;
    }

    /** One word; {@code weight} counts against the other choices of {@code from}. */
    public Builder word(String from, String word, int weight, String to) {
      arcs.get(state(from)).add(new Arc(word, (long) weight * Words.SCALE, state(to)));
      return this;
    }

    /** Any of some words, which share {@code weight} in their own proportions. */
    public Builder words(String from, Words words, int weight, String to) {
      for (int i = 0; i < words.size(); i++) {
        arcs.get(state(from)).add(new Arc(words.word(i), weight * words.weight(i), state(to)));
      }
      return this;
    }

    /** The end of the sentence. */
    public Builder end(String from, int weight) {
      ends.merge(state(from), (long) weight * Words.SCALE, Long::sum);
      return this;
    }

    /**
     * The grammar.
     *
     * @throws IllegalArgumentException if a state has two arcs for one word, a state is reached
     *     from nowhere, or one never comes to an end
     */
    public Grammar build() {
      long[] weights = new long[index.size()];
      ends.forEach((state, weight) -> weights[state] = weight);
      return new Grammar(List.copyOf(index.keySet()), arcs, weights);
    }
  }
}
