package org.seqlm.concordance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.seqlm.text.TextRules;
import org.seqlm.text.chain.StageSpec;

class SearchTest {
  /** Two files; the second document goes on in the next file of the index. */
  private static WrittenIndex small() {
    return new WrittenIndex(WrittenIndex.WORDS, 4)
        .file("a.txt")
        .document()
        .line("“The old man,” he said, “and", 1)
        .line("the young (very young) man!", 2)
        .file("b.txt")
        .document()
        .line("", 1)
        .line("Make it", 2)
        .part()
        .file("b.txt")
        .line("all up, old man.", 3)
        .document()
        .line("Old men make up.", 4)
        .part();
  }

  @Test
  void findsWhatWasWrittenByHand() throws IOException {
    // the0 old1 man2 he3 said4 and5 the6 young7 very8 young9 man10 | make11 it12 all13 up14 old15
    // man16 | old17 men18 make19 up20
    WrittenIndex index = small();
    assertThat(index.find("OLD")).containsExactly(place(1, 1, 1), place(15, 1, 2), place(17, 1, 3));
    assertThat(index.find("old man")).containsExactly(place(1, 2, 1), place(15, 2, 2));
    assertThat(index.find("(old|young) m*n"))
        .containsExactly(place(1, 2, 1), place(9, 2, 1), place(15, 2, 2), place(17, 2, 3));
    assertThat(index.find("make {0,3} up")).containsExactly(place(11, 4, 2), place(19, 2, 3));
    assertThat(index.find("make * * up")).containsExactly(place(11, 4, 2));
    assertThat(index.find("y*g | the * man"))
        .containsExactly(place(0, 3, 1), place(7, 1, 1), place(9, 1, 1));
    // Not over the bound of documents, and the shortest of several.
    assertThat(index.find("man old")).isEmpty();
    assertThat(index.find("the {0,9} man")).containsExactly(place(0, 3, 1), place(6, 5, 1));
    assertThat(index.find("absent")).isEmpty();
    assertThat(index.find("*a*")).hasSize(8);
  }

  private static List<Long> place(long word, long length, long document) {
    return List.of(word, length, document);
  }

  /** Words that are meant by a star, or as one of several, and how often each run has them. */
  @Test
  void aStarStandsForTheWordsOfASetOnly() throws IOException {
    WrittenIndex index = small();
    assertThat(meant(index, "m*n up"))
        .containsExactly("man 2 1 1", "man 10 1 1", "man 16 1 2", "men 18 1 3");
    assertThat(meant(index, "(old|o*d)")).containsExactly("old 1 1 1", "old 15 1 2", "old 17 1 3");
    assertThat(meant(index, "old man")).isEmpty();
    assertThat(meant(index, "he said | she said")).containsExactly("he 3 1 1", "said 4 1 1");
    TermSet some =
        TermSet.of(java.util.stream.LongStream.of(hash("man"), hash("old"), hash("said")));
    assertThat(index.find("m*n", some)).hasSize(3);
    assertThat(index.find("old m*n", some)).containsExactly(place(1, 2, 1), place(15, 2, 2));
    assertThat(index.find("(old|young) man", some))
        .containsExactly(place(1, 2, 1), place(15, 2, 2));
    assertThat(index.find("young man | old men", some)).isEmpty();
    // What is asked for alone is found, and what stands between words.
    assertThat(index.find("young", some)).hasSize(2);
    assertThat(index.find("make {0,3} up", some)).hasSize(2);
  }

  private static long hash(String word) {
    return TermSet.hash(word.getBytes(StandardCharsets.UTF_8));
  }

  /** Each as word, a place of it, count and first document, by its first place in a run. */
  private static List<String> meant(WrittenIndex written, String query) throws IOException {
    List<String> all = new ArrayList<>();
    try (Index index = written.open()) {
      Query parsed = Query.parse(query, WrittenIndex.WORDS);
      for (int part = 0; part < index.parts(); part++) {
        MeantWords words = new MeantWords(index, part, parsed);
        for (MeantWords.Meant word = words.next(); word != null; word = words.next()) {
          String term = new String(word.term(), StandardCharsets.UTF_8);
          List<List<Long>> places = written.find(term);
          long from = word.from();
          long place =
              places.stream().mapToLong(p -> p.get(0)).filter(p -> p >= from).findFirst().orElse(0);
          all.add(term + " " + place + " " + word.count().count() + " " + word.count().first());
        }
      }
    }
    return all;
  }

  @Test
  void drawsLinesAsTheyStood() throws IOException {
    WrittenIndex index = small();
    assertThat(index.lines("old", 3))
        .containsExactly(
            "“The [old] man,” he said, “", "it all up, [old] man.", "[Old] men make up.");
    assertThat(index.lines("young man", 2)).containsExactly("young (very [young) man]!");
    try (Index open = index.open()) {
      ContextLine line = new ContextReader(open, WrittenIndex.WORDS).line(15, 2, 2, 2);
      assertThat(line.path()).isEqualTo("b.txt");
      assertThat(line.record()).isEqualTo(3);
      assertThat(line.document()).isEqualTo(2);
      assertThat(line.leftWords()).containsExactly("up", "all");
      assertThat(line.keyWords()).containsExactly("old", "man");
      assertThat(line.rightWords()).isEmpty();
    }
  }

  /** Stages make the words anew: lines are shown as they make them, and queries go through them. */
  @Test
  void aChainOfStagesCutsTextAndQueries() throws IOException {
    TextRules chain =
        TextRules.of(
            List.of(StageSpec.of("nfkc"), StageSpec.of("lowercase"), StageSpec.of("words")));
    WrittenIndex index =
        new WrittenIndex(chain, 4)
            .file("a.txt")
            .document()
            .line("The OLD ﬁsher, and THE sea.", 1)
            .line("An Old man", 2)
            .part();
    assertThat(index.find("old")).containsExactly(place(1, 1, 1), place(7, 1, 1));
    assertThat(index.find("Old Fisher")).containsExactly(place(1, 2, 1));
    assertThat(index.lines("fisher", 2)).containsExactly("the old [fisher], and the");
  }

  @Test
  void countsTermsAndDocuments() throws IOException {
    Map<String, TermCount> terms = new TreeMap<>();
    try (Index index = small().open()) {
      for (int part = 0; part < index.parts(); part++) {
        merge(index, part, terms);
      }
    }
    assertThat(terms).hasSize(13);
    assertThat(terms.get("man")).isEqualTo(new TermCount(3, 2, 1, 2));
    assertThat(terms.get("old")).isEqualTo(new TermCount(3, 3, 1, 3));
    assertThat(terms.get("young")).isEqualTo(new TermCount(2, 1, 1, 1));
    assertThat(terms.get("up")).isEqualTo(new TermCount(2, 2, 2, 3));
  }

  private static void merge(Index index, int part, Map<String, TermCount> terms)
      throws IOException {
    TermMerge merge = new TermMerge(index, part);
    String before = "";
    while (merge.next()) {
      String term = new String(merge.term(), StandardCharsets.UTF_8);
      assertThat(
              java.util.Arrays.compareUnsigned(
                  before.getBytes(StandardCharsets.UTF_8), merge.term()))
          .isNegative();
      terms.merge(term, merge.count(), TermCount::plus);
      before = term;
    }
  }

  /** Against a scan of all words that knows nothing of indexes. */
  @Test
  void findsWhatAScanFinds() throws IOException {
    Random random = new Random(22);
    for (int round = 0; round < 60; round++) {
      List<String> words = new ArrayList<>();
      List<Long> documents = new ArrayList<>();
      WrittenIndex index = text(random, words, documents);
      for (int q = 0; q < 15; q++) {
        List<List<Step>> phrases = phrases(random);
        String query =
            phrases.stream().map(SearchTest::written).reduce((a, b) -> a + "|" + b).get();
        assertThat(index.find(query)).as(query).isEqualTo(scan(words, documents, phrases));
      }
      Map<String, Long> frequencies = new TreeMap<>();
      new TreeSet<>(words)
          .forEach(
              word -> {
                TreeSet<Long> in = new TreeSet<>();
                for (int i = 0; i < words.size(); i++) {
                  if (words.get(i).equals(word)) {
                    in.add(documents.get(i));
                  }
                }
                frequencies.put(word, (long) in.size());
              });
      assertThat(frequencies(index)).isEqualTo(frequencies);
      scoresDocuments(index, words, documents, frequencies);
    }
  }

  /** Each part's words of a document, against what is counted word by word. */
  private static void scoresDocuments(
      WrittenIndex written, List<String> words, List<Long> documents, Map<String, Long> frequencies)
      throws IOException {
    try (Index index = written.open()) {
      TermMeasures measures = new TermMeasures(index.words(), index.documents());
      for (int p = 0; p < index.parts(); p++) {
        int part = p;
        DocumentTerms.read(
            index,
            part,
            frequencies,
            measures,
            100,
            (document, first, terms) -> {
              Map<String, Long> counts = new TreeMap<>();
              for (long w = first;
                  w < index.wordsBefore(part + 1) && documents.get((int) w) == document;
                  w++) {
                counts.merge(words.get((int) w), 1L, Long::sum);
              }
              counts.keySet().removeIf(word -> frequencies.get(word) == index.documents());
              assertThat(terms).hasSameSizeAs(counts.keySet());
              for (DocumentTerms.Scored scored : terms) {
                assertThat(scored.count()).isEqualTo(counts.get(scored.term()));
              }
              assertThat(terms).isSortedAccordingTo((a, b) -> Double.compare(b.tfIdf(), a.tfIdf()));
            });
      }
    }
  }

  private static Map<String, Long> frequencies(WrittenIndex written) throws IOException {
    Map<String, TermCount> terms = new TreeMap<>();
    try (Index index = written.open()) {
      for (int part = 0; part < index.parts(); part++) {
        merge(index, part, terms);
      }
    }
    Map<String, Long> documents = new TreeMap<>();
    terms.forEach((term, count) -> documents.put(term, count.documents()));
    return documents;
  }

  /** Random text of few words, cut at random into documents, lines, runs and files of the index. */
  private static WrittenIndex text(Random random, List<String> words, List<Long> documents) {
    WrittenIndex index = new WrittenIndex(WrittenIndex.WORDS, 1 + random.nextInt(40)).file("x");
    long document = 0;
    int lines = 5 + random.nextInt(40);
    for (int l = 1; l <= lines; l++) {
      if (l == 1 || random.nextInt(6) == 0) {
        index.document();
        document++;
      }
      StringBuilder line = new StringBuilder();
      for (int w = random.nextInt(9); w > 0; w--) {
        String word = word(random);
        words.add(word);
        documents.add(document);
        line.append(word).append(random.nextBoolean() ? ", " : " ");
      }
      index.line(line.toString(), l);
      if (random.nextInt(12) == 0) {
        index.part().file("x");
      }
    }
    return index.part();
  }

  private static String word(Random random) {
    String[] letters = {"a", "b", "é", "𐐨"};
    StringBuilder word = new StringBuilder();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      word.append(letters[random.nextInt(random.nextInt(4) + 1)]);
    }
    return word.toString();
  }

  /** One step of a query, as the scan understands it. */
  private record Step(String written, Predicate<String> word, int least, int most) {}

  private static String written(List<Step> phrase) {
    StringBuilder text = new StringBuilder();
    for (Step step : phrase) {
      if (step.most == 1 && step.least == 1) {
        text.append(" *");
      } else if (step.most > 0) {
        text.append(" {").append(step.least).append(',').append(step.most).append('}');
      }
      text.append(' ').append(step.written);
    }
    return text.toString();
  }

  private static List<List<Step>> phrases(Random random) {
    List<List<Step>> phrases = new ArrayList<>();
    for (int p = random.nextInt(4) == 0 ? 2 : 1; p > 0; p--) {
      List<Step> steps = new ArrayList<>();
      for (int s = 1 + random.nextInt(3); s > 0; s--) {
        int most = steps.isEmpty() || random.nextBoolean() ? 0 : 1 + random.nextInt(4);
        int least = most == 0 ? 0 : random.nextInt(most + 1);
        steps.add(step(random, least, most));
      }
      phrases.add(steps);
    }
    return phrases;
  }

  private static Step step(Random random, int least, int most) {
    String some = word(random);
    String other = word(random);
    return switch (random.nextInt(5)) {
      case 0 -> new Step(some + "*", w -> w.startsWith(some), least, most);
      case 1 -> new Step("*" + some, w -> w.endsWith(some), least, most);
      case 2 ->
          new Step(
              some + "*" + other,
              w ->
                  w.length() >= some.length() + other.length()
                      && w.startsWith(some)
                      && w.endsWith(other),
              least,
              most);
      case 3 ->
          new Step(
              "(" + some + "|*" + other + "*)",
              w -> w.equals(some) || w.contains(other),
              least,
              most);
      default -> new Step(some, w -> w.equals(some), least, most);
    };
  }

  private static List<List<Long>> scan(
      List<String> words, List<Long> documents, List<List<Step>> phrases) {
    List<List<Long>> found = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      int shortest = Integer.MAX_VALUE;
      for (List<Step> phrase : phrases) {
        if (phrase.get(0).word.test(words.get(i))) {
          shortest = Math.min(shortest, end(words, documents, phrase, 1, i));
        }
      }
      if (shortest < Integer.MAX_VALUE) {
        found.add(List.of((long) i, (long) shortest - i, documents.get(i)));
      }
    }
    return found;
  }

  /** The word behind the shortest way on from step {@code s}, of which the one before is at i. */
  private static int end(
      List<String> words, List<Long> documents, List<Step> phrase, int s, int i) {
    if (s == phrase.size()) {
      return i + 1;
    }
    Step step = phrase.get(s);
    int shortest = Integer.MAX_VALUE;
    for (int j = i + 1 + step.least; j <= i + 1 + step.most && j < words.size(); j++) {
      if (documents.get(j).equals(documents.get(i)) && step.word.test(words.get(j))) {
        shortest = Math.min(shortest, end(words, documents, phrase, s + 1, j));
      }
    }
    return shortest;
  }
}
