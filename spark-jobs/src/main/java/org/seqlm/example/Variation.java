package org.seqlm.example;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.seqlm.example.Lexicon.NounClass;

/**
 * Texts of the example that differ from it in one way each, sentence by sentence: sentence i is a
 * function of the seed, of i and of the variation alone. Words change, the derivation does not, so
 * what agrees with what stays as it was.
 */
public enum Variation {
  /** None: the example itself. */
  PLAIN,
  /**
   * Rare words stand where frequent ones did: of nouns, adjectives, states and verbs the first of
   * their list with the last, and so on. The same words, another distribution; its entropy is the
   * example's.
   */
  RANKS_REVERSED,
  /**
   * In every second sentence things are those of another topic, whose words the example has not.
   */
  NEW_TOPIC;

  private static final Words TOPIC =
      Words.zipf(
          "planet",
          "rocket",
          "moon",
          "comet",
          "star",
          "crater",
          "probe",
          "shuttle",
          "capsule",
          "telescope",
          "beacon",
          "rover",
          "meteor",
          "galaxy",
          "lander",
          "satellite");

  private static final Words TOPICS =
      TOPIC.as(
          "planets",
          "rockets",
          "moons",
          "comets",
          "stars",
          "craters",
          "probes",
          "shuttles",
          "capsules",
          "telescopes",
          "beacons",
          "rovers",
          "meteors",
          "galaxies",
          "landers",
          "satellites");

  private static final Map<String, String> REVERSED = reversed();
  private static final Map<String, String> TO_TOPIC = toTopic();

  /** Sentence {@code i} of a seed, without a line feed. */
  public String sentence(long seed, long i) {
    List<String> tokens = Example.derivation(seed, i).tokens();
    return switch (this) {
      case PLAIN -> Grammar.write(tokens);
      case RANKS_REVERSED -> Grammar.write(mapped(tokens, REVERSED));
      case NEW_TOPIC -> Grammar.write(i % 2 == 0 ? tokens : mapped(tokens, TO_TOPIC));
    };
  }

  /** The words that {@link #NEW_TOPIC} has and the example has not. */
  public static Set<String> topicWords() {
    return Collections.unmodifiableSet(new HashSet<>(TO_TOPIC.values()));
  }

  private static List<String> mapped(List<String> tokens, Map<String, String> words) {
    List<String> mapped = new ArrayList<>(tokens.size());
    for (String token : tokens) {
      mapped.add(words.getOrDefault(token, token));
    }
    return mapped;
  }

  private static Map<String, String> reversed() {
    Map<String, String> map = new HashMap<>();
    List<Words> lists =
        new ArrayList<>(List.of(Lexicon.ADJECTIVES, Lexicon.STATES, Lexicon.DID_TO));
    for (NounClass noun : NounClass.values()) {
      for (GrammaticalNumber number : GrammaticalNumber.values()) {
        lists.add(Lexicon.nouns(noun, number));
      }
    }
    for (Words words : lists) {
      for (int i = 0; i < words.size(); i++) {
        map.put(words.word(i), words.word(words.size() - 1 - i));
      }
    }
    return map;
  }

  private static Map<String, String> toTopic() {
    Map<String, String> map = new HashMap<>();
    for (GrammaticalNumber number : GrammaticalNumber.values()) {
      Words things = Lexicon.nouns(NounClass.THING, number);
      Words topic = number == GrammaticalNumber.SINGULAR ? TOPIC : TOPICS;
      for (int i = 0; i < things.size(); i++) {
        map.put(things.word(i), topic.word(i));
      }
    }
    return map;
  }
}
