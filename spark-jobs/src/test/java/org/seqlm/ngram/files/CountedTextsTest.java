package org.seqlm.ngram.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class CountedTextsTest {
  private static CountedText text(String name, long times) {
    return new CountedText("logs/" + name, "fp-" + name, null, 1000, times);
  }

  private final CountedTexts first = CountedTexts.of(List.of(text("a", 1), text("b", 1)));

  @Test
  void newTextsAreAddedInTheirOrder() {
    CountedTexts sum = first.plus(List.of(text("d", 1), text("c", 2)));
    assertThat(sum.all()).containsExactly(text("a", 1), text("b", 1), text("d", 1), text("c", 2));
    assertThat(sum.notes()).isEmpty();
  }

  /** Its name may be another: the corpus tells. */
  @Test
  void whatIsThereAlreadyIsTold() {
    CountedTexts sum = first.plus(List.of(new CountedText("b again", "fp-b", null, 1000, 1)));
    assertThat(sum.all()).containsExactly(text("a", 1), text("b", 2));
    assertThat(sum.notes())
        .containsExactly(
            "b again (corpus fp-b, 1,000 tokens) is in the counts that it is added to already, and"
                + " counts once more now: if that is not meant, leave it out, or take it away with"
                + " seqlm counts subtract");
    // Once, however often it comes.
    CountedTexts often = sum.plus(List.of(text("b", 4)));
    assertThat(often.notes()).isEqualTo(sum.notes());
    assertThat(often.all()).containsExactly(text("a", 1), text("b", 6));
  }

  @Test
  void aCorpusAndItsSplitOverlapTwoSplitsDoNot() {
    CountedTexts train = CountedTexts.of(List.of(CountedText.once("data", "fp", "train", 90)));
    assertThat(train.plus(List.of(CountedText.once("data", "fp", "valid", 10))).notes()).isEmpty();
    CountedTexts all = train.plus(List.of(CountedText.once("text", "fp", null, 100)));
    assertThat(all.notes()).hasSize(1);
    assertThat(all.all()).hasSize(2);
    assertThat(first.plus(List.of(CountedText.once("data", "fp-a", "train", 9))).notes())
        .first()
        .asString()
        .startsWith("the train split of data (corpus fp-a, 9 tokens) is in the counts");
  }

  @Test
  void whatIsTakenAwayIsGoneOrLacks() {
    assertThat(first.minus(List.of(text("a", 1))).all()).containsExactly(text("b", 1));
    CountedTexts less = first.minus(List.of(text("part-of-b", 1)));
    assertThat(less.all()).containsExactly(text("a", 1), text("b", 1), text("part-of-b", -1));
    // And it may come back.
    CountedTexts again = less.plus(List.of(text("part-of-b", 1)));
    assertThat(again.all()).isEqualTo(first.all());
    assertThat(again.notes()).isEmpty();
  }

  /** Of texts that an earlier release did not write down nothing is known to be the same. */
  @Test
  void whatIsNotKnownIsNotToldTwice() {
    CountedText old = CountedText.once("what an earlier release counted in x", null, null, 7);
    CountedTexts twice = CountedTexts.of(List.of(old)).plus(List.of(old));
    assertThat(twice.notes()).isEmpty();
    assertThat(twice.all()).containsExactly(old.times(2));
  }
}
