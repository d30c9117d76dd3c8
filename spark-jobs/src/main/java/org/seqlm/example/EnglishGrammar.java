package org.seqlm.example;

import java.util.List;
import org.seqlm.example.Lexicon.NounClass;

/**
 * The grammar of the built-in example. Its point is agreement in number across a relative clause of
 * varying length: "The cat, which already ate the small fish, was full." but "The cats, which
 * already ate the small fish, were full." The number of the subject is remembered by doubling every
 * state between subject and verb. The verbs inside the clause are in the past tense, which shows no
 * number, the nouns inside are of either number whatever the subject is, and the clause's length is
 * geometric: nothing near the verb tells which form is right.
 *
 * <p>Names of states: {@code subject.sg.animal} is left by whatever follows the subject noun; every
 * state from there to the verb has the number as its second part.
 */
final class EnglishGrammar {
  /** The prefix of the states that a subject noun leads to. */
  static final String SUBJECT = "subject.";

  /** A verb's two forms, in the order of {@link GrammaticalNumber}. */
  static final List<List<String>> VERBS =
      List.of(List.of("was", "were"), List.of("is", "are"), List.of("has", "have"));

  private static final List<NounClass> BEINGS = List.of(NounClass.ANIMAL, NounClass.PERSON);
  private static final List<NounClass> ALL = List.of(NounClass.values());

  private final Grammar.Builder g = Grammar.builder("start");

  private EnglishGrammar() {}

  static Grammar create() {
    return new EnglishGrammar().build();
  }

  private Grammar build() {
    sentenceStarts();
    for (GrammaticalNumber number : GrammaticalNumber.values()) {
      for (NounClass being : BEINGS) {
        afterSubject(number, being);
      }
      clause(number);
      predicate(number);
      question(number);
    }
    predicateEnds();
    return g.build();
  }

  private void sentenceStarts() {
    g.words("start", Lexicon.OPENINGS, 10, "opening");
    g.word("start", "At", 2, "opening.at").words("opening.at", Lexicon.HOURS, 1, "opening");
    g.word("start", "After", 3, "opening.after")
        .words("opening.after", Lexicon.MEALS, 1, "opening");
    g.word("opening", ",", 1, "clause");
    g.words("start", Lexicon.QUESTIONS, 5, "question");

    // Subjects are animals and people. After "the" the noun alone tells the number.
    g.word("start", "The", 54, "the").word("clause", "the", 64, "the");
    g.word("start", "A", 10, "one").word("clause", "a", 14, "one");
    g.word("start", "Every", 4, "one").word("clause", "every", 5, "one");
    g.word("start", "Two", 5, "many").word("clause", "two", 7, "many");
    g.word("start", "Some", 5, "many").word("clause", "some", 7, "many");
    g.word("start", "Many", 2, "many").word("clause", "many", 3, "many");
    for (String adjective : List.of("", ".adjective")) {
      for (GrammaticalNumber number : GrammaticalNumber.values()) {
        for (NounClass being : BEINGS) {
          String subject = SUBJECT + number.label() + "." + label(being);
          int weight = being == NounClass.ANIMAL ? 20 : 15;
          g.words("the" + adjective, Lexicon.nouns(being, number), weight, subject);
          String state = number == GrammaticalNumber.SINGULAR ? "one" : "many";
          g.words(state + adjective, Lexicon.nouns(being, number), 2 * weight, subject);
        }
      }
    }
    for (String state : List.of("the", "one", "many")) {
      g.words(state, Lexicon.ADJECTIVES, 30, state + ".adjective");
    }
  }

  private void afterSubject(GrammaticalNumber number, NounClass being) {
    String n = number.label();
    String subject = SUBJECT + n + "." + label(being);
    g.word(subject, ",", 380, "comma." + n + "." + label(being));
    g.word(
        "comma." + n + "." + label(being),
        being == NounClass.ANIMAL ? "which" : "who",
        1,
        "relative." + n);
    g.words(subject, Lexicon.PLACES, 140, "place." + n);
    g.words(subject, Lexicon.ADVERBS, 80, "adverb." + n);
    verbs(subject, number, 24);
    plainVerbs(subject, 12);
    if (being == NounClass.PERSON) {
      g.words(subject, Lexicon.TOLD, 40, "told");
    }
  }

  private void clause(GrammaticalNumber number) {
    String n = number.label();
    // "near the dogs": a short detour with a noun that may mislead.
    nounPhrase("place." + n, ALL, "placed." + n);
    verbs("placed." + n, number, 75);
    plainVerbs("placed." + n, 25);

    // The relative clause; each further part comes with a probability, so its length is geometric.
    for (String state : List.of("relative.", "and.")) {
      g.words(state + n, Lexicon.ADVERBS, 300, state + "adverb." + n);
      plainVerbsOfClause(state + n, n, 70);
      plainVerbsOfClause(state + "adverb." + n, n, 1);
    }
    nounPhrase("clause.object." + n, ALL, "clause.after." + n);
    nounPhrase("clause.food." + n, List.of(NounClass.FOOD), "clause.after." + n);
    nounPhrase("clause.place." + n, ALL, "clause.placed." + n);
    for (String state : List.of("clause.after.", "clause.placed.")) {
      g.word(state + n, ",", 60, "close." + n);
      g.word(state + n, "and", 20, "and." + n);
      g.words(state + n, Lexicon.PLACES, 20, "clause.place." + n);
    }
    verbs("close." + n, number, 88);
    plainVerbs("close." + n, 12);
  }

  /** All of it weighs 10 times {@code weight}, as in the two methods below. */
  private void plainVerbsOfClause(String from, String n, int weight) {
    g.words(from, Lexicon.DID_TO, 7 * weight, "clause.object." + n);
    g.words(from, Lexicon.ATE, 3 * weight, "clause.food." + n);
  }

  /** The verbs that agree. */
  private void verbs(String from, GrammaticalNumber number, int weight) {
    int form = number.ordinal();
    g.word(from, VERBS.get(0).get(form), 6 * weight, "be");
    g.word(from, VERBS.get(1).get(form), 2 * weight, "be");
    g.word(from, VERBS.get(2).get(form), 2 * weight, "have");
  }

  /** Verbs that do not show their number. */
  private void plainVerbs(String from, int weight) {
    g.words(from, Lexicon.DID_TO, 8 * weight, "object");
    g.words(from, Lexicon.ATE, 2 * weight, "food");
  }

  private void predicate(GrammaticalNumber number) {
    String n = number.label();
    verbs("adverb." + n, number, 50);
    plainVerbs("adverb." + n, 50);
  }

  private void predicateEnds() {
    g.words("be", Lexicon.STATES, 60, "done");
    g.words("be", Lexicon.DEGREES, 15, "degree").words("degree", Lexicon.STATES, 1, "done");
    g.words("be", Lexicon.ACTIVITIES, 25, "acting");
    g.words("acting", Lexicon.PLACES, 3_500, "where");
    finish("acting", 65);
    g.words("have", Lexicon.DONE, 60, "acting");
    g.words("have", Lexicon.DONE_TO, 40, "object");
    g.word("told", "that", 1, "clause");
    nounPhrase("object", ALL, "objected");
    nounPhrase("food", List.of(NounClass.FOOD), "objected");
    g.words("objected", Lexicon.PLACES, 2_000, "where");
    finish("objected", 80);
    nounPhrase("where", ALL, "done");
    finish("done", 100);
    g.words("joint", Lexicon.CONJUNCTIONS, 1, "clause");
    g.words("asked", Lexicon.STATES, 1, "asked.state").word("asked.state", "?", 1, "end");
    g.end("end", 1);
  }

  /** The sentence ends, or another begins behind a comma. */
  private void finish(String from, int weight) {
    g.word(from, ".", 88 * weight, "end");
    g.word(from, ",", 12 * weight, "joint");
  }

  private void question(GrammaticalNumber number) {
    String n = number.label();
    g.word("question", VERBS.get(0).get(number.ordinal()), 1, "asked." + n);
    g.word("asked." + n, "the", 1, "asked.the." + n);
    g.words("asked.the." + n, Lexicon.ADJECTIVES, 30, "asked.adjective." + n);
    for (NounClass being : BEINGS) {
      g.words("asked.the." + n, Lexicon.nouns(being, number), 35, "asked");
      g.words("asked.adjective." + n, Lexicon.nouns(being, number), 1, "asked");
    }
  }

  /** An object of either number: "the small fish", "two dogs". */
  private void nounPhrase(String name, List<NounClass> nouns, String to) {
    g.word(name, "the", 50, name + ".the");
    g.word(name, "a", 22, name + ".one").word(name, "every", 3, name + ".one");
    g.word(name, "two", 10, name + ".many").word(name, "some", 10, name + ".many");
    g.word(name, "many", 5, name + ".many");
    for (String determiner : List.of(".the", ".one", ".many")) {
      String state = name + determiner;
      g.words(state, Lexicon.ADJECTIVES, 25, state + ".adjective");
      for (String adjective : List.of("", ".adjective")) {
        for (NounClass noun : nouns) {
          if (!determiner.equals(".many")) {
            g.words(state + adjective, Lexicon.nouns(noun, GrammaticalNumber.SINGULAR), 15, to);
          }
          if (!determiner.equals(".one")) {
            g.words(state + adjective, Lexicon.nouns(noun, GrammaticalNumber.PLURAL), 15, to);
          }
        }
      }
    }
  }

  private static String label(NounClass noun) {
    return noun.name().toLowerCase(java.util.Locale.ROOT);
  }
}
