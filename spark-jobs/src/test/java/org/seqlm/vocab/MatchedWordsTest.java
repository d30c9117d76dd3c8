package org.seqlm.vocab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.seqlm.UserException;

/** Parts, put together as whoever deals the words does it, give what the driver's table gives. */
final class MatchedWordsTest {
  private static NumberedWords words(int vocabulary, int first, Object... tokensAndCounts) {
    PackedTokens.Builder words = new PackedTokens.Builder();
    for (int i = 0; i < tokensAndCounts.length; i += 2) {
      byte[] utf8 = ((String) tokensAndCounts[i]).getBytes(StandardCharsets.UTF_8);
      words.add(utf8, 0, utf8.length, (int) tokensAndCounts[i + 1]);
    }
    return NumberedWords.from(vocabulary, first, words.take());
  }

  /** By hand: "dog" is new in the second vocabulary, though the third has it more often. */
  @Test
  void newWordsStandWhereTheyAreFirst() {
    MatchedWords matched =
        MatchedWords.added(
            List.of(
                words(2, 3, "cow", 1, "dog", 9, "the", 1),
                words(1, 5, "dog", 2),
                words(0, 3, "the", 7, "cat", 3),
                words(1, 3, "cat", 4, "ran", 1)));
    assertThat(matched.size()).isEqualTo(5);
    assertThat(matched.fresh()).isEqualTo(3);
    assertThat(matched.origin(0)).isEqualTo(1);
    assertThat(matched.originalId(0)).isEqualTo(4);
    assertThat(matched.originalId(1)).isEqualTo(5);
    assertThat(matched.origin(2)).isEqualTo(2);
    matched.number(new int[] {20, 30, 40});
    assertThat(matched.blocks()).extracting(NumberedWords::vocabulary).containsExactly(0, 1, 1, 2);
    assertThat(matched.become(1)).containsExactly(4, 20);
    assertThat(matched.become(2)).containsExactly(30);
    assertThat(matched.become(3)).containsExactly(40, 30, 3);
    assertThat(matched.count(3)).isEqualTo(11);
    assertThat(matched.count(0)).isEqualTo(8);
    assertThat(matched.id(4)).isEqualTo(40);
    assertThatThrownBy(() -> matched.number(new int[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2 ids for 3 new words");
  }

  @Test
  void whatIsTakenAwayMustBeThere() {
    NumberedWords first = words(0, 3, "the", 7, "cat", 3);
    MatchedWords rest =
        MatchedWords.subtracted(
            List.of(first, words(1, 3, "the", 7, "gone", 0), words(2, 9, "cat", 3)));
    assertThat(rest.excess()).isNull();
    assertThat(rest.fresh()).isZero();
    assertThat(rest.become(1)).containsExactly(3, Vocabulary.UNKNOWN);
    assertThat(rest.count(0)).isZero();
    assertThat(
            MatchedWords.subtracted(
                    List.of(words(2, 3, "cat", 2, "cow", 1), words(1, 8, "cat", 2), first))
                .excess())
        .isEqualTo(new MatchedWords.Excess(2, 3, "cat", 1, 2));
    assertThat(MatchedWords.subtracted(List.of(words(1, 4, "cow", 1))).excess())
        .isEqualTo(new MatchedWords.Excess(1, 4, "cow", 0, 1));
  }

  /** Vocabularies with the same reserved words and others of a few, in random orders. */
  private static List<Vocabulary> drawn(Random random) {
    List<Vocabulary> all = new ArrayList<>();
    for (int number = 0; number < 2 + random.nextInt(4); number++) {
      List<Integer> tokens = new ArrayList<>();
      for (int word = 0; word < 60; word++) {
        if (random.nextInt(3) == 0) {
          tokens.add(word);
        }
      }
      Collections.shuffle(tokens, random);
      PackedTokens.Builder words = new PackedTokens.Builder();
      for (String mark : List.of("<unk>", "<s>", "</s>")) {
        words.add(mark.getBytes(StandardCharsets.UTF_8), 0, mark.length(), random.nextInt(3));
      }
      for (int word : tokens) {
        byte[] utf8 = ("w" + word).getBytes(StandardCharsets.UTF_8);
        words.add(utf8, 0, utf8.length, random.nextInt(4));
      }
      all.add(Vocabularies.unpack(3, words.take()));
    }
    return all;
  }

  private static List<List<NumberedWords>> dealt(
      List<Vocabulary> vocabularies, int parts, Random random) {
    List<List<NumberedWords>> dealt = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      dealt.add(new ArrayList<>());
    }
    for (int v = 0; v < vocabularies.size(); v++) {
      Vocabulary words = vocabularies.get(v);
      for (int from = 0; from < words.size(); ) {
        int to = Math.min(words.size(), from + 1 + random.nextInt(9));
        for (int part = 0; part < parts; part++) {
          int here = part;
          int[] ids =
              IntStream.range(from, to)
                  .filter(id -> Math.floorMod(words.token(id).hashCode(), parts) == here)
                  .toArray();
          PackedTokens.Builder some = new PackedTokens.Builder();
          for (int id : ids) {
            byte[] utf8 = words.token(id).getBytes(StandardCharsets.UTF_8);
            some.add(utf8, 0, utf8.length, words.count(id));
          }
          dealt.get(part).add(new NumberedWords(v, ids, some.take()));
        }
        from = to;
      }
    }
    dealt.forEach(part -> Collections.shuffle(part, random));
    return dealt;
  }

  @Test
  void anyPartsAddUpToOneTable() {
    Random random = new Random(17);
    for (int round = 0; round < 60; round++) {
      List<Vocabulary> vocabularies = drawn(random);
      JoinedVocabulary expected = new JoinedVocabulary(vocabularies.get(0));
      List<int[]> ids = new ArrayList<>(List.of(new int[0]));
      vocabularies.stream().skip(1).forEach(other -> ids.add(expected.add(other)));
      Vocabulary all = expected.vocabulary();
      for (int parts : new int[] {1, 2, 7}) {
        List<MatchedWords> matched =
            dealt(vocabularies, parts, random).stream().map(MatchedWords::added).toList();
        // The places of new words, over all parts.
        TreeMap<Long, Integer> places = new TreeMap<>();
        for (MatchedWords part : matched) {
          for (int i = 0; i < part.fresh(); i++) {
            places.put((long) part.origin(i) << 32 | part.originalId(i), 0);
          }
        }
        int next = vocabularies.get(0).size();
        for (Long place : places.keySet()) {
          places.put(place, next++);
        }
        assertThat(next).isEqualTo(all.size());
        int seen = 0;
        for (MatchedWords part : matched) {
          int[] fresh = new int[part.fresh()];
          Arrays.setAll(fresh, i -> places.get((long) part.origin(i) << 32 | part.originalId(i)));
          part.number(fresh);
          for (int place = 0; place < part.size(); place++, seen++) {
            int id = part.id(place);
            assertThat(place == 0 || part.id(place - 1) < id).isTrue();
            assertThat(part.table().compare(place, place)).isZero();
            assertThat(all.count(id)).isEqualTo(part.count(place));
          }
          for (int block = 0; block < part.blocks().size(); block++) {
            NumberedWords words = part.blocks().get(block);
            int[] become = part.become(block);
            for (int i = 0; i < become.length && words.vocabulary() > 0; i++) {
              assertThat(become[i]).isEqualTo(ids.get(words.vocabulary())[words.ids()[i]]);
            }
          }
        }
        assertThat(seen).isEqualTo(all.size());
      }
    }
  }

  @Test
  void anyPartsFindTheSameExcess() {
    Random random = new Random(18);
    int refused = 0;
    for (int round = 0; round < 60; round++) {
      List<Vocabulary> vocabularies = drawn(random).subList(0, 2);
      String message = null;
      try {
        new JoinedVocabulary(vocabularies.get(0)).subtract(vocabularies.get(1));
      } catch (UserException e) {
        message = e.getMessage();
        refused++;
      }
      for (int parts : new int[] {1, 2, 7}) {
        MatchedWords.Excess first =
            dealt(vocabularies, parts, random).stream()
                .map(part -> MatchedWords.subtracted(part).excess())
                .filter(excess -> excess != null)
                .min(Comparator.comparingInt(MatchedWords.Excess::id))
                .orElse(null);
        assertThat(
                first == null
                    ? null
                    : JoinedVocabulary.noPart(first.token(), first.here(), first.there())
                        .getMessage())
            .isEqualTo(message);
      }
    }
    assertThat(refused).isGreaterThan(30);
  }
}
