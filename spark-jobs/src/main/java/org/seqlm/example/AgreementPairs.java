package org.seqlm.example;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Beginnings of sentences up to a verb that must agree with a subject some words back, with the
 * verb's right and wrong form (the method of Linzen, Dupoux and Goldberg, "Assessing the ability of
 * LSTMs to learn syntax-sensitive dependencies", TACL 4, 2016). Within a distance, subjects are
 * half singular, half plural; where other nouns stand in between, the nearest one to the verb
 * shares the subject's number in half of the pairs and misleads in the other half; so do the three
 * verbs come in the same proportion for either number. A model that does not remember the subject
 * is right in half of the pairs.
 */
public final class AgreementPairs {
  /**
   * The distances asked for: tokens between the subject noun and the verb, punctuation included.
   */
  public static final List<Integer> DISTANCES = List.of(0, 1, 3, 6, 8, 10, 13, 16, 20);

  /** Sentences drawn before giving up; some ten times what the rarest distance needs. */
  private static final long MAX_DRAWS = 20_000_000;

  /**
   * One pair.
   *
   * @param group the distance in tokens
   * @param prefix the sentence before the verb, as written
   * @param right the verb that the grammar allows here
   * @param wrong the same verb in the other number
   */
  public record Pair(String group, String prefix, String right, String wrong) {}

  private AgreementPairs() {}

  /**
   * Draws pairs.
   *
   * @param each at least so many a distance; rounded up to what the balance needs
   * @return by rising distance; no beginning twice
   */
  public static List<Pair> draw(long seed, int each) {
    Grammar grammar = Example.grammar();
    Map<Integer, List<Pair>> found = new HashMap<>();
    Map<String, Integer> cells = new HashMap<>();
    Set<String> seen = new HashSet<>();
    long missing = 0;
    for (int distance : DISTANCES) {
      found.put(distance, new ArrayList<>());
      missing += (long) quota(distance, each) * cells(distance);
    }
    for (long i = 0; missing > 0; i++) {
      if (i == MAX_DRAWS) {
        throw new IllegalStateException(missing + " pairs not found in " + i + " sentences");
      }
      SplittableRandom random = Example.random(~seed, i);
      Grammar.Derivation derivation = grammar.sample(random);
      Site site = Site.of(grammar, derivation);
      if (site == null || !found.containsKey(site.distance)) {
        continue;
      }
      Pair pair = site.pair(derivation.tokens());
      String cell = site.distance + " " + site.number + " " + site.nearest + " " + site.verb;
      int have = cells.getOrDefault(cell, 0);
      if (have < quota(site.distance, each) && seen.add(pair.prefix)) {
        cells.put(cell, have + 1);
        found.get(site.distance).add(pair);
        missing--;
      }
    }
    List<Pair> pairs = new ArrayList<>();
    for (int distance : DISTANCES) {
      pairs.addAll(found.get(distance));
    }
    return pairs;
  }

  /** Cells of the balance: number of the subject, of the nearest other noun if any, verb. */
  private static int cells(int distance) {
    return (hasAttractor(distance) ? 4 : 2) * EnglishGrammar.VERBS.size();
  }

  private static int quota(int distance, int each) {
    return (each + cells(distance) - 1) / cells(distance);
  }

  /** A determiner and a noun need two tokens, and what joins them to the subject one. */
  private static boolean hasAttractor(int distance) {
    return distance >= 3;
  }

  /** Where in a sentence its first agreeing verb stands. */
  private record Site(
      int verb, int at, int distance, GrammaticalNumber number, GrammaticalNumber nearest) {
    /** Null if the sentence has none, or more than one subject comes before it. */
    static Site of(Grammar grammar, Grammar.Derivation derivation) {
      List<String> tokens = derivation.tokens();
      int subject = -1;
      GrammaticalNumber nearest = null;
      for (int i = 0; i < tokens.size(); i++) {
        String token = tokens.get(i);
        if (subject >= 0) {
          GrammaticalNumber number = Lexicon.number(tokens.get(subject));
          for (int verb = 0; verb < EnglishGrammar.VERBS.size(); verb++) {
            if (EnglishGrammar.VERBS.get(verb).get(number.ordinal()).equals(token)) {
              return new Site(verb, i, i - subject - 1, number, nearest);
            }
          }
        }
        if (grammar.name(derivation.states()[i + 1]).startsWith(EnglishGrammar.SUBJECT)) {
          if (subject >= 0) {
            return null;
          }
          subject = i;
        } else if (subject >= 0 && Lexicon.number(token) != null) {
          nearest = Lexicon.number(token);
        }
      }
      return null;
    }

    Pair pair(List<String> tokens) {
      List<String> forms = EnglishGrammar.VERBS.get(verb);
      return new Pair(
          Integer.toString(distance),
          Grammar.write(tokens.subList(0, at)),
          forms.get(number.ordinal()),
          forms.get(number.other().ordinal()));
    }
  }
}
