package org.seqlm.example;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BinaryOperator;
import org.seqlm.example.Lexicon.NounClass;

/**
 * A grammar whose words have parts of speech and are written so that some look alike: a state may
 * have several choices of one spelling, so a sentence may have several derivations, which only its
 * other words tell apart. It is a hidden Markov model whose states are the grammar's.
 */
public final class TaggedGrammar {
  /**
   * A choice in a state.
   *
   * @param word as written
   * @param tag its part of speech
   * @param probability of the choice in its state
   * @param target the state it leads to
   */
  public record Choice(String word, String tag, double probability, int target) {}

  /**
   * A sentence.
   *
   * @param words as written
   * @param tags of each its part of speech
   */
  public record Tagged(List<String> words, List<String> tags) {}

  private final Grammar grammar;
  private final BinaryOperator<String> tags;
  private final BinaryOperator<String> spellings;
  private final List<List<Choice>> choices = new ArrayList<>(); // by state

  /**
   * A grammar read as a tagger's source.
   *
   * @param tags of a state's name and a word, the part of speech
   * @param spellings of a word and its part of speech, what is written
   */
  TaggedGrammar(Grammar grammar, BinaryOperator<String> tags, BinaryOperator<String> spellings) {
    this.grammar = grammar;
    this.tags = tags;
    this.spellings = spellings;
    for (int s = 0; s < grammar.states(); s++) {
      List<Choice> of = new ArrayList<>();
      for (Grammar.Arc arc : grammar.arcs(s)) {
        String tag = tag(s, arc.word());
        String word = spellings.apply(arc.word(), tag);
        of.add(new Choice(word, tag, grammar.probability(s, arc), arc.target()));
      }
      choices.add(List.copyOf(of));
    }
  }

  private String tag(int state, String word) {
    return tags.apply(grammar.name(state), word);
  }

  /** The number of states; the start is 0. */
  public int states() {
    return choices.size();
  }

  /** The choices of a state. */
  public List<Choice> choices(int state) {
    return choices.get(state);
  }

  /** P(end of the sentence | state). */
  public double endProbability(int state) {
    return grammar.endProbability(state);
  }

  /** How often a state is expected in a sentence, by state. */
  public double[] expectedVisits() {
    return grammar.expectedVisits();
  }

  /** Draws a sentence. */
  public Tagged sample(SplittableRandom random) {
    Grammar.Derivation derivation = grammar.sample(random);
    List<String> words = new ArrayList<>();
    List<String> found = new ArrayList<>();
    for (int i = 0; i < derivation.tokens().size(); i++) {
      String token = derivation.tokens().get(i);
      String tag = tag(derivation.states()[i], token);
      words.add(spellings.apply(token, tag));
      found.add(tag);
    }
    return new Tagged(List.copyOf(words), List.copyOf(found));
  }

  /**
   * The built-in grammar with words that look alike. What stands to the left tells "a saw" from "it
   * saw" and "the lost dog" from "it lost". Only what stands to the right tells "the young, who
   * ..." from "the young dog, which ..." and "the dog outside was" from "the dog outside the house
   * was". Nothing tells what "missing" is in "was missing.".
   */
  public static TaggedGrammar english() {
    Map<String, String> tags = tags();
    Map<String, String> spellings = new HashMap<>();
    look(spellings, "NOUN", "men", "young", "women", "small", "children", "little", "boys", "big");
    look(spellings, "NOUN", "kings", "brave", "teachers", "clever", "doctors", "famous");
    look(spellings, "NOUN", "cats", "black", "dogs", "white", "birds", "brown", "wolves", "wild");
    look(spellings, "NOUN", "table", "saw", "river", "thought", "lamp", "left", "candle", "hid");
    look(spellings, "ADJ", "tall", "lost", "strange", "painted", "grey", "loved");
    look(spellings, "ADP", "near", "outside", "behind", "inside");
    look(spellings, "ADV", "often", "outside", "always", "inside");
    look(spellings, "ADJ", "hungry", "missing");
    look(spellings, "VERB", "waiting", "missing");
    return new TaggedGrammar(
        EnglishGrammar.create(),
        // The one word that the built-in grammar itself has as two parts of speech.
        (state, word) -> word.equals("so") && state.equals("be") ? "ADV" : tags.get(word),
        (word, tag) -> spellings.getOrDefault(tag + " " + word, word));
  }

  /** Words in pairs: what the grammar says, what is written. */
  private static void look(Map<String, String> spellings, String tag, String... pairs) {
    for (int i = 0; i < pairs.length; i += 2) {
      spellings.put(tag + " " + pairs[i], pairs[i + 1]);
    }
  }

  /** By word, in the names of Universal Dependencies. */
  private static Map<String, String> tags() {
    Map<String, String> tags = new HashMap<>();
    for (NounClass noun : NounClass.values()) {
      for (GrammaticalNumber number : GrammaticalNumber.values()) {
        put(tags, "NOUN", Lexicon.nouns(noun, number));
      }
    }
    put(tags, "NOUN", Lexicon.HOURS, Lexicon.MEALS);
    put(tags, "ADJ", Lexicon.ADJECTIVES, Lexicon.STATES);
    put(tags, "VERB", Lexicon.ACTIVITIES, Lexicon.DONE, Lexicon.DONE_TO);
    put(tags, "VERB", Lexicon.DID_TO, Lexicon.ATE, Lexicon.TOLD);
    put(tags, "ADV", Lexicon.DEGREES, Lexicon.ADVERBS, Lexicon.OPENINGS, Lexicon.QUESTIONS);
    put(tags, "ADP", Lexicon.PLACES);
    put(tags, "CONJ", Lexicon.CONJUNCTIONS);
    for (List<String> forms : EnglishGrammar.VERBS) {
      forms.forEach(form -> tags.put(form, "AUX"));
    }
    for (String word : List.of("the", "a", "every", "two", "some", "many")) {
      tags.put(word, "DET");
      tags.put(Character.toUpperCase(word.charAt(0)) + word.substring(1), "DET");
    }
    List.of("At", "After").forEach(word -> tags.put(word, "ADP"));
    List.of("which", "who").forEach(word -> tags.put(word, "PRON"));
    tags.put("that", "CONJ");
    List.of(",", ".", "?").forEach(mark -> tags.put(mark, "PUNCT"));
    return tags;
  }

  private static void put(Map<String, String> tags, String tag, Words... lists) {
    for (Words words : lists) {
      for (int i = 0; i < words.size(); i++) {
        tags.put(words.word(i), tag);
      }
    }
  }
}
