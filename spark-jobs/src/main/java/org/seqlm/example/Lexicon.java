package org.seqlm.example;

import java.util.HashMap;
import java.util.Map;

/** The words of the built-in example, the frequent ones first. */
final class Lexicon {
  /** A noun's two forms. */
  private record Nouns(Words singular, Words plural) {
    static Nouns of(String... pairs) {
      String[] one = new String[pairs.length];
      String[] many = new String[pairs.length];
      for (int i = 0; i < pairs.length; i++) {
        int slash = pairs[i].indexOf('/');
        one[i] = slash < 0 ? pairs[i] : pairs[i].substring(0, slash);
        many[i] = slash < 0 ? pairs[i] + "s" : pairs[i].substring(slash + 1);
      }
      Words singular = Words.zipf(one);
      return new Nouns(singular, singular.as(many));
    }

    Words form(GrammaticalNumber number) {
      return number == GrammaticalNumber.SINGULAR ? singular : plural;
    }
  }

  /** What a noun means decides which words go with it. */
  enum NounClass {
    ANIMAL,
    PERSON,
    THING,
    FOOD
  }

  private static final Map<NounClass, Nouns> NOUNS =
      Map.of(
          NounClass.ANIMAL,
          Nouns.of(
              "cat",
              "dog",
              "horse",
              "bird",
              "fox/foxes",
              "mouse/mice",
              "bear",
              "cow",
              "rabbit",
              "wolf/wolves",
              "duck",
              "goat",
              "pig",
              "hen",
              "lion",
              "goose/geese",
              "frog",
              "monkey",
              "tiger",
              "donkey",
              "turtle",
              "hawk"),
          NounClass.PERSON,
          Nouns.of(
              "man/men",
              "woman/women",
              "child/children",
              "boy",
              "girl",
              "king",
              "teacher",
              "doctor",
              "farmer",
              "queen",
              "soldier",
              "baker",
              "sailor",
              "singer",
              "painter",
              "judge",
              "nurse",
              "lawyer"),
          NounClass.THING,
          Nouns.of(
              "house",
              "tree",
              "river",
              "road",
              "garden",
              "table",
              "boat",
              "bridge",
              "wall",
              "box/boxes",
              "stone",
              "hill",
              "door",
              "window",
              "lamp",
              "candle"),
          NounClass.FOOD,
          Nouns.of("fish/fishes", "cake", "pie", "carrot", "nut", "berry/berries"));

  static final Words ADJECTIVES =
      Words.zipf(
          "small", "big", "young", "black", "white", "little", "brown", "tall", "strange", "quiet",
          "clever", "brave", "grey", "famous", "lazy", "wild");

  static final Words STATES =
      Words.zipf(
          "full", "tired", "happy", "hungry", "ready", "sad", "cold", "afraid", "late", "alone",
          "angry", "calm", "busy", "safe", "sick", "lucky");

  static final Words DEGREES = Words.zipf("very", "too", "quite", "so");

  static final Words ACTIVITIES =
      Words.zipf(
          "sleeping",
          "waiting",
          "running",
          "singing",
          "playing",
          "resting",
          "hiding",
          "dancing",
          "working",
          "swimming");

  static final Words DONE =
      Words.zipf("slept", "arrived", "waited", "vanished", "fallen", "escaped", "stayed");

  static final Words DONE_TO = Words.zipf("seen", "forgotten", "taken", "drawn", "broken");

  static final Words DID_TO =
      Words.zipf(
          "saw",
          "found",
          "liked",
          "followed",
          "watched",
          "wanted",
          "lost",
          "loved",
          "passed",
          "carried",
          "left",
          "touched",
          "hid",
          "feared",
          "chased",
          "caught",
          "painted",
          "bought",
          "visited",
          "remembered");

  static final Words ATE = Words.zipf("ate", "stole", "cooked", "shared");

  static final Words TOLD = Words.zipf("said", "thought", "knew", "hoped");

  static final Words ADVERBS =
      Words.zipf("often", "always", "never", "already", "just", "once", "clearly", "soon");

  static final Words PLACES =
      Words.zipf("near", "behind", "under", "with", "beside", "beyond", "by");

  static final Words CONJUNCTIONS = Words.zipf("and", "but", "so", "because", "while");

  static final Words OPENINGS =
      Words.zipf("Yesterday", "Later", "Suddenly", "Then", "Finally", "Meanwhile", "Today");

  static final Words HOURS = Words.zipf("night", "noon", "dawn");

  static final Words MEALS = Words.zipf("dinner", "lunch", "school", "breakfast");

  static final Words QUESTIONS = Words.zipf("Why", "When");

  private static final Map<String, GrammaticalNumber> NUMBERS = new HashMap<>();

  static {
    for (NounClass noun : NounClass.values()) {
      for (GrammaticalNumber number : GrammaticalNumber.values()) {
        Words words = nouns(noun, number);
        for (int i = 0; i < words.size(); i++) {
          NUMBERS.put(words.word(i), number);
        }
      }
    }
  }

  private Lexicon() {}

  static Words nouns(NounClass noun, GrammaticalNumber number) {
    return NOUNS.get(noun).form(number);
  }

  /** The number of a noun, null for any other word. */
  static GrammaticalNumber number(String word) {
    return NUMBERS.get(word);
  }
}
