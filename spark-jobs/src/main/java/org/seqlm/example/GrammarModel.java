package org.seqlm.example;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.seqlm.lm.LanguageModel;
import org.seqlm.vocab.Vocabulary;

/**
 * The true distribution of texts drawn from a grammar, as a language model over words and
 * punctuation or over characters: no model can do better in expectation, and its score of a text is
 * the floor of all others on that very text.
 *
 * <p>It follows the probability of every place in the grammar where the text may be (the forward
 * algorithm of hidden Markov models). A reading begins, with probability one half each, at the
 * start of a sentence or at any place in a running text, each in proportion to its expected visits:
 * so a split cut out of the middle of a sentence costs no more than its true surprise and one bit.
 * Once a sentence has ended the place is certain. After a token that the grammar excludes the
 * reading begins anew.
 */
public final class GrammarModel implements LanguageModel {
  private final Vocabulary vocabulary;
  // A Markov chain whose moves emit tokens; place 0 is the start of a sentence.
  private final int[][] labels; // (place, move): token id
  private final int[][] targets; // (place, move): place
  private final double[][] probabilities; // (place, move): P(move | place)
  private final double[] initial; // (place)

  private GrammarModel(Vocabulary vocabulary, List<List<Move>> places, double[] visits) {
    this.vocabulary = vocabulary;
    int n = places.size();
    labels = new int[n][];
    targets = new int[n][];
    probabilities = new double[n][];
    initial = new double[n];
    double total = Arrays.stream(visits).sum();
    for (int p = 0; p < n; p++) {
      List<Move> moves = places.get(p);
      labels[p] = moves.stream().mapToInt(move -> move.label).toArray();
      targets[p] = moves.stream().mapToInt(move -> move.target).toArray();
      double mass = moves.stream().mapToDouble(move -> move.mass).sum();
      probabilities[p] = moves.stream().mapToDouble(move -> move.mass / mass).toArray();
      initial[p] = visits[p] / total / 2;
    }
    initial[0] += 0.5;
  }

  private record Move(int label, int target, double mass) {}

  /**
   * The model over a vocabulary of words with punctuation kept, as the {@code word} tokeniser cuts
   * them, or of characters; the vocabulary's reserved tokens tell which. Words it lacks count as
   * {@code <unk>}.
   */
  public static GrammarModel of(Grammar grammar, Vocabulary vocabulary) {
    return vocabulary.reserved() > 1
        ? ofWords(grammar, vocabulary)
        : ofCharacters(grammar, vocabulary);
  }

  private static GrammarModel ofWords(Grammar grammar, Vocabulary vocabulary) {
    List<List<Move>> places = new ArrayList<>();
    for (int s = 0; s < grammar.states(); s++) {
      List<Move> moves = new ArrayList<>();
      for (Grammar.Arc arc : grammar.arcs(s)) {
        int id = vocabulary.id(arc.word());
        moves.add(new Move(id, arc.target(), grammar.probability(s, arc)));
      }
      if (grammar.endProbability(s) > 0) {
        moves.add(new Move(vocabulary.sentenceEnd(), 0, grammar.endProbability(s)));
      }
      places.add(moves);
    }
    return new GrammarModel(vocabulary, places, grammar.expectedVisits());
  }

  /**
   * Spells the words of each state in a tree of their common beginnings. Entering a node at which a
   * word ends is two moves: to the word's target, and to the node itself if longer words go on.
   */
  private static GrammarModel ofCharacters(Grammar grammar, Vocabulary vocabulary) {
    List<List<Move>> places = new ArrayList<>();
    double[] stateVisits = grammar.expectedVisits();
    List<Double> visits = new ArrayList<>();
    for (int s = 0; s < grammar.states(); s++) {
      places.add(new ArrayList<>());
      visits.add(stateVisits[s]);
    }
    for (int s = 0; s < grammar.states(); s++) {
      Map<String, Integer> nodes = new HashMap<>();
      nodes.put("", s);
      // What passes through each beginning without ending there.
      Map<String, Double> through = new TreeMap<>();
      for (Grammar.Arc arc : grammar.arcs(s)) {
        String word = grammar.spelling(s, arc.word());
        for (int length = 1; length < word.length(); length++) {
          through.merge(word.substring(0, length), grammar.probability(s, arc), Double::sum);
        }
      }
      for (String beginning : through.keySet()) {
        nodes.put(beginning, places.size());
        places.add(new ArrayList<>());
        visits.add(stateVisits[s] * through.get(beginning));
      }
      through.forEach(
          (beginning, mass) -> {
            int last = beginning.length() - 1;
            places
                .get(nodes.get(beginning.substring(0, last)))
                .add(new Move(id(vocabulary, beginning.charAt(last)), nodes.get(beginning), mass));
          });
      for (Grammar.Arc arc : grammar.arcs(s)) {
        String word = grammar.spelling(s, arc.word());
        int last = word.length() - 1;
        places
            .get(nodes.get(word.substring(0, last)))
            .add(
                new Move(
                    id(vocabulary, word.charAt(last)), arc.target(), grammar.probability(s, arc)));
      }
      if (grammar.endProbability(s) > 0) {
        places.get(s).add(new Move(id(vocabulary, '\n'), 0, grammar.endProbability(s)));
      }
    }
    return new GrammarModel(
        vocabulary, places, visits.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static int id(Vocabulary vocabulary, char c) {
    return vocabulary.id(String.valueOf(c));
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public Reading start() {
    return new At(initial);
  }

  private final class At implements Reading {
    private int[] places; // those with weight
    private double[] weights; // (places), sum 1

    At(double[] dense) {
      places =
          java.util.stream.IntStream.range(0, dense.length).filter(p -> dense[p] > 0).toArray();
      weights = Arrays.stream(places).mapToDouble(p -> dense[p]).toArray();
    }

    private At(int[] places, double[] weights) {
      this.places = places;
      this.weights = weights;
    }

    @Override
    public double logProbability(int token) {
      double sum = 0;
      for (int i = 0; i < places.length; i++) {
        int[] moves = labels[places[i]];
        for (int m = 0; m < moves.length; m++) {
          if (moves[m] == token) {
            sum += weights[i] * probabilities[places[i]][m];
          }
        }
      }
      return Math.log(sum);
    }

    @Override
    public void logProbabilities(float[] into) {
      double[] sums = new double[vocabulary.size()];
      for (int i = 0; i < places.length; i++) {
        int[] moves = labels[places[i]];
        for (int m = 0; m < moves.length; m++) {
          sums[moves[m]] += weights[i] * probabilities[places[i]][m];
        }
      }
      for (int id = 0; id < sums.length; id++) {
        into[id] = (float) Math.log(sums[id]);
      }
    }

    @Override
    public void read(int token) {
      // Few places are left after the first tokens, and sorted order keeps sums the same
      // everywhere.
      TreeMap<Integer, Double> next = new TreeMap<>();
      double total = 0;
      for (int i = 0; i < places.length; i++) {
        int[] moves = labels[places[i]];
        for (int m = 0; m < moves.length; m++) {
          if (moves[m] == token) {
            double weight = weights[i] * probabilities[places[i]][m];
            next.merge(targets[places[i]][m], weight, Double::sum);
            total += weight;
          }
        }
      }
      if (total == 0) {
        At anew = new At(initial);
        places = anew.places;
        weights = anew.weights;
        return;
      }
      places = next.keySet().stream().mapToInt(Integer::intValue).toArray();
      weights = new double[places.length];
      for (int i = 0; i < places.length; i++) {
        weights[i] = next.get(places[i]) / total;
      }
    }

    @Override
    public Reading copy() {
      return new At(places.clone(), weights.clone());
    }
  }
}
